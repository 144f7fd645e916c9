import type { AxisState, DriveStateMessage } from '../../../contracts/index.ts';
import type { Freshness } from './freshness.ts';

/** A tone is a colour and a shape together, so that nobody needs to tell colours apart. */
export type Tone = 'off' | 'ready' | 'active' | 'caution' | 'danger' | 'unknown';

export interface AxisWord {
  readonly word: string;
  readonly tone: Tone;
}

const words: Record<AxisState, AxisWord> = {
  disabled: { word: 'Off', tone: 'off' },
  standstill: { word: 'Ready', tone: 'ready' },
  homing: { word: 'Homing', tone: 'active' },
  discreteMotion: { word: 'Moving', tone: 'active' },
  continuousMotion: { word: 'Moving on', tone: 'active' },
  synchronizedMotion: { word: 'Moving together', tone: 'active' },
  stopping: { word: 'Stopping', tone: 'caution' },
  errorStop: { word: 'Fault', tone: 'danger' },
  unknown: { word: 'Unknown', tone: 'unknown' },
};

/** The state of an axis in plain language. What is not known now is `Unknown`, whatever was last heard. */
export function axisWord(message: DriveStateMessage | null, freshness: Freshness): AxisWord {
  if (message === null || freshness.kind !== 'live') return words.unknown;
  if (message.stopLatched && message.state !== 'errorStop' && message.moving !== true) {
    return { word: 'Stopped, latched', tone: 'caution' };
  }
  if (message.state === 'standstill' && message.armed !== null) return { word: 'Armed', tone: 'caution' };
  return words[message.state];
}
