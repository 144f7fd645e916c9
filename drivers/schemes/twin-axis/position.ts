import type { Profile, Signals } from '../../profile/index.ts';
import { refused } from '../refused.ts';
import type { DriveIntent, Plan } from '../scheme.ts';
import { toDriveState } from './drive-state.ts';
import { ownWords } from './words.ts';

type SetPosition = Extract<DriveIntent, { kind: 'setPosition' }>;

/**
 * The present position becomes 0, in what is shown and in what absolute targets count from: the unit keeps the two apart,
 * and with only one of them set every target would lie elsewhere. So one frame sets both or neither. The old target goes too.
 */
export function planSetPosition({ position }: SetPosition, now: Signals, profile: Profile): Plan {
  const words = ownWords(profile);
  const { power, moving } = toDriveState(now, profile);
  if (words === null) return refused('unsupported', 'which of the two motors is meant is not said');
  if (position !== 0) return refused('unsupported', 'the drive can only set its position to 0');
  if (power === 'unknown' || moving !== false) return refused('wrong-state', 'the motor does not stand');
  const target = { targetPosition: 0 };
  return {
    ok: true,
    steps: [
      { do: 'command', signal: 'clearFeedback', value: words.zero, also: { zeroAbsolute: words.zero } },
      { do: 'write', values: target },
      { do: 'verify', values: target },
      { do: 'await', until: [isZero], withinMs: 1000, what: 'the position to be 0' },
    ],
  };
}

const isZero = { signal: 'actualPosition', mask: 0xffff_ffff, equals: 0 } as const;
