import type { Profile, Signals } from '../../profile/index.ts';
import type { Step } from '../scheme.ts';
import { command, Control, isHaltBitHigh, isStartBitHigh, modeOf, notEnabled } from './words.ts';

const MODE_MS = 1000;
/** A register that reads back what was written says nothing of when the drive acts on it. */
const UNSEEN_CHANGE_MS = 20;

/**
 * Switches the mode only when the drive does not show it already. Harmless by itself: profile position and homing
 * wait for an edge, and profile velocity is entered with a verified target velocity of 0.
 */
export function switchMode(mode: number, now: Signals, { registers }: Profile): readonly Step[] {
  if (modeOf(now) === mode) return [];
  const isShown = registers.modeDisplay !== undefined;
  return [
    { do: 'command', signal: 'modeOfOperation', value: mode },
    {
      do: 'await',
      until: [{ signal: isShown ? 'modeDisplay' : 'modeOfOperation', mask: 0xffff, equals: mode }],
      failIf: notEnabled,
      withinMs: MODE_MS,
      ...(isShown ? {} : { settleMs: UNSEEN_CHANGE_MS }),
      what: `mode of operation ${mode}`,
    },
  ];
}

/**
 * Lowers bit 4 where it is or may be high, so that the next trigger is an edge. Halt stays as it is, and is set where it
 * is unknown: lowering it could resume the target that was pending when it was raised.
 */
export function lowerStartBit({ controlword }: Signals): readonly Step[] {
  if (!isStartBitHigh(controlword)) return [];
  return [command(isHaltBitHigh(controlword) ? Control.halt : Control.enableOperation)];
}
