import type { GroupState } from '../../../contracts/index.ts';
import type { AxisWord } from './axis-word.ts';

const words: Record<GroupState, AxisWord> = {
  groupDisabled: { word: 'Off', tone: 'off' },
  groupStandby: { word: 'Ready', tone: 'ready' },
  groupHoming: { word: 'Homing', tone: 'active' },
  groupMoving: { word: 'Moving together', tone: 'active' },
  groupStopping: { word: 'Stopped', tone: 'caution' },
  groupErrorStop: { word: 'Fault', tone: 'danger' },
  unknown: { word: 'Unknown', tone: 'unknown' },
};

/** The state of a group in plain language; unknown as soon as one member's is. */
export function groupWord(state: GroupState | null, isLive: boolean): AxisWord {
  return state === null || !isLive ? words.unknown : words[state];
}
