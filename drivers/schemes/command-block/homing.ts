import type { Profile, Signals } from '../../profile/index.ts';
import { refused } from '../refused.ts';
import type { Condition, DriveIntent, Plan } from '../scheme.ts';
import { notAtRest } from './readiness.ts';
import { command, Homing, In, ORIGIN_HOMING } from './words.ts';

type Home = Extract<DriveIntent, { kind: 'home' }>;
type SetPosition = Extract<DriveIntent, { kind: 'setPosition' }>;

const START_MS = 1000;
/** The result of an earlier homing may still stand there for an instant. */
const SETTLE_MS = 50;

/**
 * Starts the homing that has been set up in the drive. Direction, speed and switch level are not written from here: the
 * drive keeps them in its memory, they cannot be read back, and they describe how the machine is wired.
 */
export function planHome(wanted: Home, now: Signals, profile: Profile): Plan {
  const refusal = notAtRest(now, profile);
  if (refusal !== null) return refusal;
  if (!profile.homingMethods.includes(wanted.method)) {
    return refused('unsupported', `the drive has no homing method ${wanted.method}`);
  }
  if (wanted.position !== 0) return refused('unsupported', 'the position at the reference is always 0 in this drive');
  return {
    ok: true,
    steps: [
      { do: 'trigger', values: { homingStart: ORIGIN_HOMING }, proof: begun(now) },
      { do: 'await', until: begun(now), failIf: [In.stalled, In.disabled], ...within, what: 'homing to start' },
    ],
  };
}

const within = { withinMs: START_MS, settleMs: SETTLE_MS } as const;

/** Only what did not hold before proves anything. */
function begun({ homingResult }: Signals): readonly Condition[] {
  return [
    In.homing,
    ...(homingResult === Homing.inProgress ? [] : [In.homingInProgress]),
    ...(homingResult === Homing.attained ? [] : [In.homingAttained]),
  ];
}

/** The drive can only call the present position 0. Nothing may be counted from the reading before. */
export function planSetPosition({ position }: SetPosition, now: Signals, profile: Profile): Plan {
  const refusal = notAtRest(now, profile);
  if (refusal !== null) return refusal;
  if (position !== 0) return refused('unsupported', 'the drive can only set its position to 0');
  return {
    ok: true,
    steps: [
      command('setZero', 1),
      { do: 'await', until: nearZero, withinMs: START_MS, what: 'the position to read 0' },
    ],
  };
}

/** A held shaft trembles by some counts: what is left above the lowest six bits of a position from -64 to 63. */
const TREMBLES = ~0x3f;
const nearZero: readonly Condition[] = [0, TREMBLES].map((equals) => ({
  signal: 'actualPosition',
  mask: TREMBLES,
  equals,
}));
