import { createVirtualClock, type VirtualClock } from '../../drivers/base/index.ts';
import { encodeReadRequest, hasGoodCrc, withCrc as sealed } from '../../drivers/modbus/framing/index.ts';
import {
  planReads,
  planWrites,
  decodeBlock,
  type Profile,
  type SignalName,
  type Signals,
} from '../../drivers/profile/index.ts';
import {
  createVirtualSite,
  type DriveOptions,
  type MotionEntry,
  openMemoryDoor,
  type VirtualDrive,
  type VirtualLine,
} from '../../simulator/index.ts';

const ANSWER_WITHIN_MS = 60;
/** Only the number of frames matters here. */
const wire = { baudRate: 115_200, bitsPerCharacter: 10, transactionMs: 1 };

/** A master that knows bytes and the table of one profile, and no scheme: what it hears is what the drive says. */
export interface PlainMaster {
  readonly clock: VirtualClock;
  readonly line: VirtualLine;
  readonly machine: VirtualDrive;
  /** Sends bytes as they are, and gives all that is heard. */
  ask(frame: Uint8Array): Promise<Uint8Array>;
  /** Unit and PDU in hexadecimal; the CRC is put on, and taken off the answer. */
  say(hex: string): Promise<string>;
  /** Throws `exception N` or `silence`. */
  get(signal: SignalName): Promise<number>;
  set(values: Signals): Promise<void>;
  motions(): readonly MotionEntry[];
  /** The shaft as it is now. */
  plant(): ReturnType<VirtualDrive['plant']>;
}

export async function meet(profile: Profile, options: Partial<DriveOptions> = {}): Promise<PlainMaster> {
  const clock = createVirtualClock();
  const { serial } = profile;
  const drive = { name: 'axis', unit: 1, profile, ...options };
  const site = createVirtualSite({ clock, lines: [{ name: 'line', serial, paced: true, drives: [drive] }] });
  const line = site.lines.get('line')!;
  const machine = site.drives.get('axis')!;
  let heard: number[] = [];
  const port = await openMemoryDoor(
    line,
    clock,
  )({ bytes: (chunk) => void heard.push(...chunk), lost: () => undefined });
  // past the drive's boot
  await clock.advance(profile.timing.bootMs + 10);

  async function ask(frame: Uint8Array): Promise<Uint8Array> {
    await clock.advance(profile.timing.interFrameGapMs + profile.timing.quietAfterWriteMs);
    heard = [];
    port.write(frame);
    for (let waitedMs = 0; waitedMs < ANSWER_WITHIN_MS && heard.length === 0; waitedMs++) await clock.advance(1);
    await clock.advance(1);
    return Uint8Array.from(heard);
  }
  async function answered(body: Uint8Array): Promise<Uint8Array> {
    const answer = await ask(sealed(body));
    if (answer.length === 0) throw new Error('silence');
    if (!hasGoodCrc(answer)) throw new Error('bad CRC');
    if (answer[1]! >= 0x80) throw new Error(`exception ${answer[2]}`);
    return answer;
  }
  return {
    clock,
    line,
    machine,
    ask,
    async say(hex) {
      const answer = await ask(sealed(bytesOf(hex)));
      return hexOf(answer.subarray(0, Math.max(0, answer.length - 2)));
    },
    async get(signal) {
      const [block] = planReads(profile, [signal], wire);
      const { address, count } = block!;
      const answer = await answered(encodeReadRequest({ unit: 1, functionCode: 3, address, count }).subarray(0, 6));
      const words = Array.from({ length: count }, (_, index) => answer[3 + 2 * index]! * 256 + answer[4 + 2 * index]!);
      return decodeBlock(block!, words)[signal]!;
    },
    async set(values) {
      for (const { address, words } of planWrites(profile, values)) {
        const head = [1, 16, address >> 8, address & 0xff, 0, words.length, 2 * words.length];
        await answered(Uint8Array.from([...head, ...words.flatMap((word) => [word >> 8, word & 0xff])]));
      }
    },
    motions() {
      site.settle();
      return site.ledger.entries().filter((entry): entry is MotionEntry => entry.kind !== 'frame');
    },
    plant: () => (site.settle(), machine.plant()),
  };
}

export const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

export const hexOf = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ');

export { sealed };
