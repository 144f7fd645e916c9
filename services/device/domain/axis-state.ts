import type { DriveState } from '../../../drivers/drive/index.ts';
import type { AxisState } from '../../contracts/index.ts';

/** What an active command makes of a powered axis. */
export type MotionKind = 'homing' | 'discreteMotion' | 'continuousMotion';

export interface StateFacts {
  /** The last reading; null when there is none or it is older than its limit. */
  readonly fresh: Pick<DriveState, 'power'> | null;
  readonly stopLatched: boolean;
  /** The service itself holds the axis in error (unexpected motion, rebooted in motion). */
  readonly errorLatched: boolean;
  readonly motion: MotionKind | null;
}

/** Motion reference 8.6, in the order of its rows. It tells of commands, not of the shaft: `moving` is a fact apart. */
export function deriveAxisState(facts: StateFacts): AxisState {
  if (facts.fresh === null) return 'unknown';
  const { power } = facts.fresh;
  if (power === 'unknown') return 'unknown';
  if (power === 'fault' || power === 'fault-reaction' || facts.errorLatched) return 'errorStop';
  if (facts.stopLatched || power === 'quick-stop') return 'stopping';
  if (power !== 'enabled') return 'disabled';
  return facts.motion ?? 'standstill';
}

/**
 * A drive in these states found at attach was left so by somebody else: it is stopped and latched, never adopted. One that
 * cannot be switched off is always found enabled; there only motion tells.
 */
export function mustBeStoppedAtAttach(state: Pick<DriveState, 'power' | 'moving'>, hasPowerStates = true): boolean {
  const isOff = state.power === 'disabled' || state.power === 'ready' || state.power === 'not-ready';
  const isHarmless = isOff || (!hasPowerStates && state.power === 'enabled');
  return state.moving !== false || !isHarmless;
}

/** Limit for the age of a reading, from the poll period in force. */
export function freshForMs(pollMs: number): number {
  return Math.max(3 * pollMs, 300);
}
