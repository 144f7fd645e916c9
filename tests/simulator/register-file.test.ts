import { describe, expect, test } from 'vitest';
import { Register, type Profile, type SignalName } from '../../drivers/profile/index.ts';
import { createRegisterFile } from '../../simulator/firmware/register-file.ts';
import { profile } from './rig.ts';

type Written = Partial<Record<SignalName, Partial<Register> & { address: number }>>;

const registersOf = (written: Written): Profile['registers'] =>
  Object.fromEntries(
    Object.entries(written).map(([signal, register]) => [
      signal,
      Register.parse({ type: 'u16', access: 'read-write', see: 'a test', ...register }),
    ]),
  );

const fileOf = (written: Written, more: Partial<Profile> = {}) =>
  createRegisterFile({ ...profile, registers: registersOf(written), ...more });

/** What a read of `[address, count]` shows of these values, by signal. */
const words = (
  file: ReturnType<typeof fileOf>,
  [address, count]: [number, number],
  values: Record<string, number> = {},
) => {
  const outcome = file.read({ table: 'holding', address, count }, (signal, channel) => {
    return values[channel === null ? signal : `${channel} ${signal}`] ?? 0;
  });
  return 'words' in outcome ? [...outcome.words] : outcome;
};

const written = (file: ReturnType<typeof fileOf>, address: number, ...given: number[]) => {
  const outcome = file.decodeWrite(address, given);
  return 'writes' in outcome ? outcome.writes.map(({ signal, channel, value }) => [signal, channel, value]) : outcome;
};

describe('two bytes of one register', () => {
  const file = fileOf({
    temperature: { address: 0x20, type: 'u8-high' },
    actualTorque: { address: 0x20, type: 'u8-low' },
    statusword: { address: 0x21 },
  });

  test('are shown together and written together', () => {
    expect(words(file, [0x20, 2], { temperature: 0x12, actualTorque: 0x34, statusword: 7 })).toEqual([0x1234, 7]);
    expect(written(file, 0x20, 0x5678)).toEqual(
      expect.arrayContaining([
        ['temperature', null, 0x56],
        ['actualTorque', null, 0x78],
      ]),
    );
  });

  test('one that cannot be written is left alone', () => {
    const half = fileOf({
      temperature: { address: 0x20, type: 'u8-high', access: 'read' },
      actualTorque: { address: 0x20, type: 'u8-low' },
    });
    expect(written(half, 0x20, 0x5678)).toEqual([['actualTorque', null, 0x78]]);
  });
});

describe('a command block', () => {
  const file = fileOf({
    profileVelocity: { address: 0xf5, type: 'u16', block: { words: 4, at: 1 } },
    targetPosition: { address: 0xf5, type: 'i32', block: { words: 4, at: 2 } },
    profileAcceleration: { address: 0xf5, type: 'u16', block: { words: 4, at: 0 } },
    targetVelocity: { address: 0xf5, type: 'i16', block: { words: 2, at: 1 } },
    actualPosition: { address: 0x31, type: 'i48', access: 'read', block: { words: 3, at: 0 } },
    actualVelocity: { address: 0x32, type: 'i16', access: 'read', block: { words: 1, at: 0 } },
  });

  test('is written whole, and its length says which one is meant', () => {
    expect(written(file, 0xf5, 2, 300, 0xffff, 0xfffe)).toEqual(
      expect.arrayContaining([
        ['profileAcceleration', null, 2],
        ['profileVelocity', null, 300],
        ['targetPosition', null, -2],
      ]),
    );
    expect(written(file, 0xf5, 0, 0xfffb)).toEqual([['targetVelocity', null, -5]]);
  });

  test('of another length is refused, and its neighbours are no registers of it', () => {
    expect(written(file, 0xf5, 1, 2, 3)).toMatchObject({ why: 'count' });
    expect(written(file, 0xf6, 1)).toMatchObject({ why: 'unmapped' });
    expect(words(file, [0x31, 2])).toMatchObject({ why: 'count' });
    expect(words(file, [0x31, 4])).toMatchObject({ why: 'count' });
  });

  test('that only shows something cannot be written', () => {
    expect(written(file, 0x31, 0, 0, 1)).toMatchObject({ why: 'unmapped' });
  });

  test('is read whole beside the block at the next address', () => {
    expect(words(file, [0x31, 3], { actualPosition: -2 })).toEqual([0xffff, 0xffff, 0xfffe]);
    expect(words(file, [0x32, 1], { actualVelocity: -7 })).toEqual([0xfff9]);
  });
});

describe('values of channels', () => {
  const shared = registersOf({ controlword: { address: 0x10 } });
  const channels = {
    left: {
      registers: registersOf({
        temperature: { address: 0x20, type: 'u8-high' },
        targetPosition: { address: 0x30, type: 'i32' },
      }),
    },
    right: {
      registers: registersOf({
        temperature: { address: 0x20, type: 'u8-low' },
        targetPosition: { address: 0x32, type: 'i32' },
      }),
    },
  };
  const file = createRegisterFile({ ...profile, registers: shared, channels });

  test('share a register byte by byte and a frame side by side', () => {
    expect(words(file, [0x20, 1], { 'left temperature': 31, 'right temperature': 32 })).toEqual([(31 << 8) | 32]);
    expect(written(file, 0x30, 0, 5, 0, 6)).toEqual([
      ['targetPosition', 'left', 5],
      ['targetPosition', 'right', 6],
    ]);
    expect(written(file, 0x10, 8)).toEqual([['controlword', null, 8]]);
  });
});

describe('a value that its register cannot hold', () => {
  const file = fileOf({
    actualPosition: { address: 0, type: 'i32' },
    actualVelocity: { address: 2, type: 'i16' },
    profileAcceleration: { address: 3, type: 'u16', inverse: {}, scale: 1000 },
  });

  test('wraps in a counter and stays at its end elsewhere', () => {
    expect(words(file, [0, 2], { actualPosition: 0x8000_0001 })).toEqual([0x8000, 0x0001]);
    expect(words(file, [2, 1], { actualVelocity: 40_000 })).toEqual([0x7fff]);
    expect(words(file, [2, 1], { actualVelocity: -40_000 })).toEqual([0x8000]);
  });

  test('as a ramp time it is the longest that there is, or none at all', () => {
    expect(words(file, [3, 1], { profileAcceleration: 0 })).toEqual([0xffff]);
    expect(words(file, [3, 1], { profileAcceleration: 1e9 })).toEqual([0]);
  });
});

test('a register of either function is answered to both', () => {
  const file = fileOf({ statusword: { address: 6, table: 'either', access: 'read' } });
  for (const table of ['holding', 'input'] as const)
    expect(file.read({ table, address: 6, count: 1 }, () => 9)).toEqual({ words: Uint16Array.of(9) });
});
