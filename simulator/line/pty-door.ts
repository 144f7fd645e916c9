import type { Clock } from '../../drivers/base/index.ts';
import { linkDevice, openPseudoTerminal, type PseudoTerminal, unlinkDevice } from './pseudo-terminal.ts';
import { createLineEnd } from './line-end.ts';
import type { VirtualLine } from './virtual-line.ts';

export interface PtyDoor {
  /** What a master opens: the stable path if one was asked for, else the device itself. */
  path(): string;
  close(): void;
}

/** The line behind a real pseudo-terminal: for a device process nothing differs from a serial adapter. */
export function openPtyDoor(line: VirtualLine, clock: Clock, stablePath: string | null): PtyDoor {
  let terminal: PseudoTerminal | null = null;
  let devicePath = '';

  function plugIn(): void {
    const opened = openPseudoTerminal((chunk) => end.receive(chunk));
    const end = createLineEnd(line, clock, (bytes) => opened.write(bytes));
    terminal = opened;
    devicePath = opened.devicePath;
    if (stablePath !== null) linkDevice(stablePath, devicePath);
  }
  function unplug(): void {
    if (terminal === null) return;
    terminal.close();
    terminal = null;
    if (stablePath !== null) unlinkDevice(stablePath, devicePath);
  }

  plugIn();
  line.addDoor({ unplug, plugIn });
  return { path: () => stablePath ?? devicePath, close: unplug };
}
