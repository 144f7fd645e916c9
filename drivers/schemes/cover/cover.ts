import type { Profile, SignalName, Signals } from '../../profile/index.ts';
import { planBy, verbsOf } from '../planners.ts';
import { refused } from '../refused.ts';
import type { Condition, DriveIntent, Plan, Scheme, Step } from '../scheme.ts';
import { factsOf, going, standing, toDriveState } from './drive-state.ts';

/** A motor under a heavy curtain shows late that it goes, and late that it stands. */
const SHOWS_MS = 3000;
/** The drive may still show what was before. */
const SETTLE_MS = 100;
/** Homing to the closed end, and to the open one. */
const TO_CLOSED = -1;
const TO_OPEN = -2;

/** Curtain and blind drives. */
export const cover: Scheme = {
  id: 'cover',
  stopShows: 'enabled',
  toDriveState,
  alsoNeeds: () => [],
  plan: planBy({
    moveTo: ({ target }, now, profile) => planMoveTo(target, now, profile),
    home: (intent, _now, profile) => planHome(intent, profile),
    halt: (_, _now, profile) => ({ ok: true, steps: [stop, awaitStanding(profile)] }),
    quickStop: () => ({ ok: true, steps: [stop] }),
  }),
  verbs: verbsOf,
  configuration: () => [],
};

const stop: Step = { do: 'command', signal: 'stop', value: 0 };

/**
 * The percentage is parameter and trigger in one, and nothing of it can be read back; the drive repeats it in its answer,
 * which the line compares. A running move is replaced at once.
 */
function planMoveTo(target: number, { actualPosition }: Signals, profile: Profile): Plan {
  if (actualPosition === undefined || actualPosition === factsOf(profile).unknownPosition) {
    return refused('wrong-state', 'the drive does not know its stroke since it was switched on; home it first');
  }
  if (target < 0 || target > 100) return refused('unsupported', `${target} % is not between 0 and 100`);
  const isThere: Condition = { signal: 'actualPosition', mask: 0xff, equals: target };
  const way = going(target > actualPosition ? 'opening' : 'closing', profile);
  return {
    ok: true,
    steps: [
      { do: 'trigger', values: { targetPosition: target }, proof: target === actualPosition ? [] : [...way, isThere] },
      { do: 'await', until: [...way, isThere], withinMs: SHOWS_MS, settleMs: SETTLE_MS, what: 'the curtain to go' },
    ],
  };
}

/** Runs to an end of the stroke, which the drive then knows by itself. */
function planHome({ method }: Extract<DriveIntent, { kind: 'home' }>, profile: Profile): Plan {
  const [signal, way]: readonly [SignalName, 'opening' | 'closing'] | readonly [null, 'closing'] =
    method === TO_OPEN ? ['open', 'opening'] : method === TO_CLOSED ? ['close', 'closing'] : [null, 'closing'];
  if (signal === null) return refused('unsupported', `homing method ${method} is none of ${TO_CLOSED} and ${TO_OPEN}`);
  const isGoing = going(way, profile);
  // at the end already the drive may show nothing at all
  const isAtEnd: Condition = { signal: 'actualPosition', mask: 0xff, equals: method === TO_OPEN ? 100 : 0 };
  return {
    ok: true,
    steps: [
      { do: 'trigger', values: { [signal]: 0 }, proof: isGoing },
      {
        do: 'await',
        until: [...isGoing, isAtEnd],
        withinMs: SHOWS_MS,
        settleMs: SETTLE_MS,
        what: 'the curtain to go to its end',
      },
    ],
  };
}

function awaitStanding(profile: Profile): Step {
  return {
    do: 'await',
    until: standing(profile),
    withinMs: SHOWS_MS,
    settleMs: SETTLE_MS,
    what: 'the curtain to stand',
  };
}
