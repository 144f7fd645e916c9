import type { DriveState } from '../scheme.ts';
import { In } from './words.ts';
import type { Condition } from '../scheme.ts';

/** The eight states of CiA 402, and `unknown` for every other pattern: a guess would be a motion. */
export type PowerState =
  | 'not-ready'
  | 'switch-on-disabled'
  | 'ready-to-switch-on'
  | 'switched-on'
  | 'operation-enabled'
  | 'quick-stop-active'
  | 'fault-reaction-active'
  | 'fault'
  | 'unknown';

const states: readonly (readonly [PowerState, Pick<Condition, 'mask' | 'equals'>])[] = [
  ['not-ready', { mask: 0x4f, equals: 0x00 }],
  ['switch-on-disabled', In.switchOnDisabled],
  ['ready-to-switch-on', In.readyToSwitchOn],
  ['switched-on', In.switchedOn],
  ['operation-enabled', In.operationEnabled],
  ['quick-stop-active', In.quickStopActive],
  ['fault-reaction-active', In.faultReaction],
  ['fault', In.fault],
];

/** Decodes bits 0 to 3, 5 and 6 of the statusword; the others never matter. */
export function powerStateOf(statusword: number | undefined): PowerState {
  if (statusword === undefined) return 'unknown';
  return states.find(([, { mask, equals }]) => (statusword & mask) === equals)?.[0] ?? 'unknown';
}

const vendorFree: Readonly<Record<PowerState, DriveState['power']>> = {
  'not-ready': 'not-ready',
  'switch-on-disabled': 'disabled',
  'ready-to-switch-on': 'ready',
  'switched-on': 'ready',
  'operation-enabled': 'enabled',
  'quick-stop-active': 'quick-stop',
  'fault-reaction-active': 'fault-reaction',
  fault: 'fault',
  unknown: 'unknown',
};

/** The same without the words of the standard. */
export function powerOf(statusword: number | undefined): DriveState['power'] {
  return vendorFree[powerStateOf(statusword)];
}
