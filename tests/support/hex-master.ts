import { createVirtualClock, type VirtualClock } from '../../drivers/base/index.ts';
import { sealWithCrc } from '../../drivers/modbus/framing/index.ts';
import type { Profile } from '../../drivers/profile/index.ts';
import {
  createVirtualSite,
  openMemoryDoor,
  type Mechanics,
  type MotionEntry,
  type VirtualDrive,
  type VirtualLine,
  type VirtualSite,
} from '../../simulator/index.ts';

/** A master that says bytes and hears bytes, both as hexadecimal; it adds the CRC to what it says. */
export interface HexMaster {
  readonly clock: VirtualClock;
  readonly site: VirtualSite;
  readonly machine: VirtualDrive;
  readonly line: VirtualLine;
  /** The answer without its CRC; '' for silence. */
  ask(body: string): Promise<string>;
  /** Whole frames, CRC and all. */
  exchange(frame: Uint8Array): Promise<Uint8Array>;
  motions(): readonly MotionEntry[];
}

const ANSWER_WITHIN_MS = 60;

export async function hexMaster(options: {
  readonly profile: Profile;
  readonly mechanics?: Mechanics | undefined;
}): Promise<HexMaster> {
  const clock = createVirtualClock();
  const { profile, mechanics } = options;
  const drives = [{ name: 'drive', unit: 1, profile, mechanics }];
  const site = createVirtualSite({ clock, lines: [{ name: 'line', serial: profile.serial, paced: true, drives }] });
  const line = site.lines.get('line')!;
  let heard: number[] = [];
  const port = await openMemoryDoor(
    line,
    clock,
  )({ bytes: (chunk) => void heard.push(...chunk), lost: () => undefined });

  async function exchange(frame: Uint8Array): Promise<Uint8Array> {
    heard = [];
    port.write(frame);
    for (let waitedMs = 0; waitedMs < ANSWER_WITHIN_MS && heard.length === 0; waitedMs++) await clock.advance(1);
    await clock.advance(1);
    return Uint8Array.from(heard);
  }
  return {
    clock,
    site,
    line,
    machine: site.drives.get('drive')!,
    exchange,
    async ask(body) {
      const answer = await exchange(frameOf(body));
      return spaced(answer.subarray(0, Math.max(0, answer.length - 2)));
    },
    motions() {
      site.settle();
      return site.ledger.entries().filter((entry): entry is MotionEntry => entry.kind !== 'frame');
    },
  };
}

const spaced = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ');

/** The frame with these bytes, given as hexadecimal, and its CRC. */
export function frameOf(body: string): Uint8Array {
  const bytes = [...Buffer.from(body.replaceAll(' ', ''), 'hex')];
  return sealWithCrc(Uint8Array.from([...bytes, 0, 0]));
}
