import { createVirtualClock, type VirtualClock } from '../../drivers/base/index.ts';
import {
  encodeReadRequest,
  encodeWriteMultipleRequest,
  encodeWriteSingleRequest,
  hasGoodCrc,
} from '../../drivers/modbus/framing/index.ts';
import { decodeValue, encodeValue, shippedProfile, type SignalName } from '../../drivers/profile/index.ts';
import {
  createVirtualSite,
  type DriveOptions,
  type MotionEntry,
  openMemoryDoor,
  type VirtualLine,
  type VirtualLineOptions,
  type VirtualSite,
} from '../../simulator/index.ts';

export const profile = shippedProfile('kpower-reference');
export const serial = { baudRate: 115_200, parity: 'none', stopBits: 1 } as const;

const ANSWER_WITHIN_MS = 40;

const registerOf = (signal: SignalName) => profile.registers[signal]!;

const writeFrame = (unit: number, signal: SignalName, value: number): Uint8Array => {
  const register = registerOf(signal);
  const words = encodeValue(value, register, profile.wordOrder);
  return words.length === 1
    ? encodeWriteSingleRequest({ unit, address: register.address, value: words[0]! })
    : encodeWriteMultipleRequest({ unit, address: register.address, values: words });
};

/** A plain master on a virtual line: one question, one answer, all on virtual time. */
export interface Rig {
  readonly clock: VirtualClock;
  readonly site: VirtualSite;
  readonly line: VirtualLine;
  /** Sends bytes, and gives all that is heard within 40 ms at most. */
  ask(frame: Uint8Array): Promise<Uint8Array>;
  /** Throws `exception N` or `silence`. */
  get(signal: SignalName, unit?: number): Promise<number>;
  set(signal: SignalName, value: number, unit?: number): Promise<void>;
  /** To all drives; nobody answers. */
  broadcast(signal: SignalName, value: number): Promise<void>;
  /** Walks to Operation Enabled. */
  enable(unit?: number): Promise<void>;
  /** Writes target and ramps, and gives the edge of bit 4. */
  moveTo(target: number, options?: { unit?: number; velocity?: number; controlword?: number }): Promise<void>;
  motions(): readonly MotionEntry[];
}

export async function createRig(
  options: { drives?: readonly Partial<DriveOptions>[]; line?: Partial<VirtualLineOptions>; seed?: number } = {},
): Promise<Rig> {
  const clock = createVirtualClock();
  const drives = (options.drives ?? [{}]).map((drive, index) => ({
    name: `drive-${index + 1}`,
    unit: index + 1,
    profile,
    ...drive,
  }));
  const site = createVirtualSite({
    clock,
    seed: options.seed,
    lines: [{ name: 'line', serial, paced: true, ...options.line, drives }],
  });
  const line = site.lines.get('line')!;
  let heard: number[] = [];
  const port = await openMemoryDoor(
    line,
    clock,
  )({
    bytes: (chunk) => void heard.push(...chunk),
    lost: () => undefined,
  });

  async function ask(frame: Uint8Array): Promise<Uint8Array> {
    heard = [];
    port.write(frame);
    for (let waitedMs = 0; waitedMs < ANSWER_WITHIN_MS && heard.length === 0; waitedMs++) await clock.advance(1);
    await clock.advance(1);
    return Uint8Array.from(heard);
  }
  async function checked(frame: Uint8Array): Promise<Uint8Array> {
    const answer = await ask(frame);
    if (answer.length === 0) throw new Error('silence');
    if (!hasGoodCrc(answer)) throw new Error('bad CRC');
    if (answer[1]! >= 0x80) throw new Error(`exception ${answer[2]}`);
    return answer;
  }
  const rig: Rig = {
    clock,
    site,
    line,
    ask,
    async get(signal, unit = 1) {
      const register = registerOf(signal);
      const count = register.type.endsWith('32') ? 2 : 1;
      const answer = await checked(encodeReadRequest({ unit, functionCode: 3, address: register.address, count }));
      const words = Array.from({ length: count }, (_, index) => answer[3 + 2 * index]! * 256 + answer[4 + 2 * index]!);
      return decodeValue(words, register, profile.wordOrder);
    },
    async set(signal, value, unit = 1) {
      await checked(writeFrame(unit, signal, value));
    },
    async broadcast(signal, value) {
      await ask(writeFrame(0, signal, value));
    },
    async enable(unit = 1) {
      for (const word of [0x06, 0x07, 0x0f]) {
        await rig.set('controlword', word, unit);
        await clock.advance(20);
      }
    },
    async moveTo(target, { unit = 1, velocity = 10_000, controlword = 0x1f } = {}) {
      await rig.set('targetPosition', target, unit);
      await rig.set('profileVelocity', velocity, unit);
      await rig.set('controlword', controlword, unit);
    },
    motions() {
      site.settle();
      return site.ledger.entries().filter((entry): entry is MotionEntry => entry.kind !== 'frame');
    },
  };
  return rig;
}

export const OPERATION_ENABLED = 0x27;
export const QUICK_STOP_ACTIVE = 0x07;
export const FAULT = 0x08;
export const SWITCH_ON_DISABLED = 0x40;

/** The bits of a statusword that say the power state. */
export const powerBits = (statusword: number): number =>
  (statusword & 0x08) !== 0 || (statusword & 0x40) !== 0 ? statusword & 0x4f : statusword & 0x6f;

export const hasBit = (word: number, bit: number): boolean => (word & (1 << bit)) !== 0;
