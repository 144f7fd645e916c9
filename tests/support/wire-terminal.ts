import { spawnSync } from 'node:child_process';
import { systemClock, systemRandom } from '../../drivers/base/index.ts';
import { shippedProfile, type Profile } from '../../drivers/profile/index.ts';
import type { SerialSettings } from '../../services/contracts/index.ts';
import { createSharedWire, createVirtualSite, type SharedWire } from '../../simulator/index.ts';
import { openPseudoTerminal } from '../../simulator/line/pseudo-terminal.ts';

export interface Hung {
  readonly unit: number;
  readonly serial: SerialSettings;
  readonly profile?: Profile;
  readonly serialNumber?: number;
}

/** Drives on one pair of wires behind a real pseudo-terminal, in real time. */
export interface WireTerminal {
  /** What a master opens. */
  readonly path: string;
  readonly wire: SharedWire;
  /**
   * What the master has set, where a test tells; otherwise it is read from the terminal. Linux keeps speed, odd parity and
   * stop bits of a pseudo-terminal, but clears the flag for any parity at all.
   */
  set(serial: SerialSettings): void;
  close(): void;
}

export function createWireTerminal(drives: readonly Hung[], paced = false): WireTerminal {
  const site = createVirtualSite({
    clock: systemClock,
    lines: drives.map(({ unit, serial, profile = shippedProfile('kpower-reference'), serialNumber }, index) => ({
      name: `line-${index}`,
      serial,
      paced,
      drives: [{ name: `drive-${index}`, unit, profile, serialNumber }],
    })),
  });
  const lines = [...site.lines.values()];
  const wire = createSharedWire('wire', lines, { clock: systemClock, random: systemRandom });
  let told: SerialSettings | null = null;
  const terminal = openPseudoTerminal((chunk) => end.receive(chunk));
  const end = wire.end(
    () => told ?? settingsOf(terminal.devicePath),
    (bytes) => terminal.write(bytes),
  );
  return {
    path: terminal.devicePath,
    wire,
    set: (serial) => void (told = serial),
    close() {
      site.close();
      terminal.close();
    },
  };
}

/** What the master has set, by stty(1). */
function settingsOf(path: string): SerialSettings {
  const said = spawnSync('stty', ['-F', path, '-a']).stdout.toString();
  return {
    baudRate: Number(/speed (\d+) baud/.exec(said)?.[1] ?? 0),
    parity: / parodd/.test(said) ? 'odd' : 'none',
    stopBits: / cstopb/.test(said) ? 2 : 1,
  };
}
