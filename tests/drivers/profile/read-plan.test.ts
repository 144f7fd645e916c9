import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeBlock,
  encodeValue,
  planReads,
  polledSignals,
  readMs,
  shippedProfile,
  SignalName,
  wordsOf,
  type Profile,
  type ReadBlock,
  type RegisterType,
  type WireCost,
} from '../../../drivers/profile/index.ts';

fc.configureGlobal({ seed: 402 });

const base = shippedProfile('kpower-reference');
const fast115200: WireCost = { baudRate: 115_200, bitsPerCharacter: 10, transactionMs: 4 };

const wires = fc.record({
  baudRate: fc.constantFrom(9600, 19_200, 115_200, 1_000_000),
  bitsPerCharacter: fc.constantFrom(10, 11),
  transactionMs: fc.constantFrom(0, 0.5, 4, 30),
});

/** Up to eight signals at random, non-overlapping places; some written only, some not asked for. */
const maps = fc
  .array(
    fc.record({
      gap: fc.integer({ min: 0, max: 9 }),
      type: fc.constantFrom<RegisterType>('u16', 'i16', 'u32', 'i32'),
      table: fc.constantFrom('holding' as const, 'input' as const),
      role: fc.constantFrom('wanted', 'wanted', 'wanted', 'mapped', 'write-only'),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .chain((places) =>
    fc.record({
      places: fc.constant(places),
      maxReadRegisters: fc.integer({ min: 2, max: 20 }),
      maxMergeGap: fc.integer({ min: 0, max: 8 }),
    }),
  )
  .map(({ places, maxReadRegisters, maxMergeGap }) => {
    const registers: Profile['registers'] = {};
    const wanted: SignalName[] = [];
    let next = 0;
    places.forEach(({ gap, type, table, role }, index) => {
      const signal = SignalName.options[index]!;
      const address = next + gap;
      next = address + wordsOf(type);
      const access = role === 'write-only' ? 'write' : 'read';
      registers[signal] = { address, type, table, access, poll: 'never', scale: 1, eeprom: false, see: 'random' };
      if (role === 'wanted') wanted.push(signal);
    });
    const profile: Profile = { ...base, registers, limits: { maxReadRegisters, maxWriteRegisters: 8, maxMergeGap } };
    return { profile, wanted };
  });

const costOf = (blocks: readonly ReadBlock[], wire: WireCost): number =>
  blocks.reduce((sum, block) => sum + readMs(block.count, wire), 0);

/** Is this a read that the drive allows? Decided register by register, independently of the planner. */
function isAllowed(profile: Profile, group: readonly SignalName[]): { count: number } | null {
  const registers = group.map((signal) => profile.registers[signal]!);
  const first = Math.min(...registers.map((register) => register.address));
  const last = Math.max(...registers.map((register) => register.address + wordsOf(register.type) - 1));
  if (last - first + 1 > profile.limits.maxReadRegisters) return null;
  let run = 0;
  for (let word = first; word <= last; word++) {
    const isMapped = Object.values(profile.registers).some(
      (register) =>
        register.table === registers[0]!.table &&
        register.access !== 'write' &&
        word >= register.address &&
        word < register.address + wordsOf(register.type),
    );
    run = isMapped ? 0 : run + 1;
    if (run > profile.limits.maxMergeGap) return null;
  }
  return { count: last - first + 1 };
}

/** The least cost over ALL partitions of the signals, neighbours or not. */
function bruteForce(profile: Profile, signals: readonly SignalName[], wire: WireCost): number {
  const [first, ...rest] = signals;
  if (first === undefined) return 0;
  let least = Infinity;
  for (let subset = 0; subset < 2 ** rest.length; subset++) {
    const group = [first, ...rest.filter((_, bit) => (subset >> bit) & 1)];
    if (new Set(group.map((signal) => profile.registers[signal]!.table)).size > 1) continue;
    const allowed = isAllowed(profile, group);
    if (allowed === null) continue;
    const others = rest.filter((_, bit) => !((subset >> bit) & 1));
    least = Math.min(least, readMs(allowed.count, wire) + bruteForce(profile, others, wire));
  }
  return least;
}

describe('the read plan', () => {
  test('the status of the reference drive takes one read of 13 registers', () => {
    const blocks = planReads(base, polledSignals(base, 'fast'), fast115200);

    expect(blocks.map(({ address, count }) => ({ address, count }))).toEqual([{ address: 0, count: 13 }]);
  });

  test('a fast line with a slow drive reads registers along; a slow line with a quick drive reads twice', () => {
    const apart: Profile = { ...base, limits: { ...base.limits, maxMergeGap: 40 } };
    const count = (wire: WireCost): number => planReads(apart, ['statusword', 'controlword'], wire).length;

    expect(count({ baudRate: 115_200, bitsPerCharacter: 10, transactionMs: 20 })).toBe(1);
    expect(count({ baudRate: 9600, bitsPerCharacter: 11, transactionMs: 1 })).toBe(2);
  });

  test('holes are not read where the drive answers them with an exception', () => {
    const blocks = planReads(base, ['supplyVoltage', 'controlword'], fast115200);

    expect(blocks).toHaveLength(2);
  });

  test('a register that can only be written is refused', () => {
    expect(() => planReads(base, ['groupTrigger'], fast115200)).toThrow(/groupTrigger/);
  });

  test('every wanted signal is read exactly once, whole, within the limits of the drive', () => {
    fc.assert(
      fc.property(maps, wires, ({ profile, wanted }, wire) => {
        const blocks = planReads(profile, wanted, wire);

        expect(blocks.flatMap((block) => block.signals.map(({ signal }) => signal)).toSorted()).toEqual(
          wanted.toSorted(),
        );
        for (const block of blocks) {
          expect(block.count).toBeLessThanOrEqual(profile.limits.maxReadRegisters);
          for (const { signal } of block.signals) {
            const register = profile.registers[signal]!;
            expect(register.table).toBe(block.table);
            expect(register.address).toBeGreaterThanOrEqual(block.address);
            expect(register.address + wordsOf(register.type)).toBeLessThanOrEqual(block.address + block.count);
          }
          expect(
            isAllowed(
              profile,
              block.signals.map(({ signal }) => signal),
            ),
          ).toEqual({ count: block.count });
        }
      }),
    );
  });

  test('no other way of reading costs less wire time', () => {
    fc.assert(
      fc.property(maps, wires, ({ profile, wanted }, wire) => {
        expect(costOf(planReads(profile, wanted, wire), wire)).toBeCloseTo(bruteForce(profile, wanted, wire), 9);
      }),
    );
  });

  test('what stands in the registers comes out under the right names', () => {
    fc.assert(
      fc.property(maps, wires, fc.infiniteStream(fc.nat(32_000)), ({ profile, wanted }, wire, numbers) => {
        const memory = { holding: new Map<number, number>(), input: new Map<number, number>() };
        const truth = Object.fromEntries(
          wanted.map((signal) => {
            const register = profile.registers[signal]!;
            const value = numbers.next().value as number;
            encodeValue(value, register, profile.wordOrder).forEach((word, offset) =>
              memory[register.table as 'holding' | 'input'].set(register.address + offset, word),
            );
            return [signal, value];
          }),
        );

        const seen = planReads(profile, wanted, wire).map((block) =>
          decodeBlock(
            block,
            Array.from(
              { length: block.count },
              (_, offset) => memory[block.table as 'holding' | 'input'].get(block.address + offset) ?? 0,
            ),
          ),
        );

        expect(Object.assign({}, ...seen)).toEqual(truth);
      }),
    );
  });

  test('an answer of the wrong length is an error, not a shifted reading', () => {
    const [block] = planReads(base, ['actualPosition', 'actualVelocity'], fast115200);

    expect(() => decodeBlock(block!, [1, 2, 3])).toThrow(RangeError);
  });
});
