import type { Profile } from '../../profile/index.ts';
import type { Condition, Step } from '../scheme.ts';

/** Values of the control word. */
export const Word = {
  none: 0x00,
  emergencyStop: 0x05,
  clearAlarm: 0x06,
  stop: 0x07,
  enable: 0x08,
  startBoth: 0x10,
  startLeft: 0x11,
  startRight: 0x12,
} as const;

export const Mode = { absolutePosition: 2, speed: 3 } as const;

const ANY = 0xffff;

export const commanded = (word: number): Condition => ({ signal: 'controlword', mask: ANY, equals: word });
export const standing: Condition = { signal: 'motorState', mask: ANY, equals: 0 };
export const neighbourStanding: Condition = { signal: 'neighbourState', mask: ANY, equals: 0 };
export const running: Condition = { signal: 'motorState', mask: ANY, equals: 1 };

export const control = (value: number): Step => ({ do: 'command', signal: 'controlword', value });

/** A speed that still stands there would turn a motor as soon as both are enabled in speed mode. */
export const zeroSpeeds: Step = {
  do: 'command',
  signal: 'targetVelocity',
  value: 0,
  also: { neighbourTargetVelocity: 0 },
};

/** What the words for this one motor are; null for a profile that is of both. */
export function ownWords({ narrowed, twinAxis }: Profile): { readonly start: number; readonly zero: number } | null {
  return narrowed === undefined || twinAxis === undefined ? null : twinAxis.channels[narrowed.channel];
}
