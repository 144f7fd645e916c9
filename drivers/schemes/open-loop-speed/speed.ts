import { nearestValue, type Profile, type Signals } from '../../profile/index.ts';
import { refused } from '../refused.ts';
import type { Condition, DriveIntent, Plan, Step } from '../scheme.ts';
import { shows, wayOf } from './turning.ts';

const STATE_MS = 1000;

const stop: Step = { do: 'command', signal: 'targetVelocity', value: 0 };

/** Speed 0 can start nothing: a command, whatever the drive does. */
export const planQuickStop = (): Plan => ({ ok: true, steps: [stop] });

export const planHalt = (profile: Profile): Plan => ({ ok: true, steps: standStill(profile) });

function standStill(profile: Profile): readonly Step[] {
  return [stop, awaitShown(0, profile)];
}

/**
 * The speed register is parameter and trigger in one, so the value can only be read back afterwards: a wrong one fails
 * the command, and whoever gave it stops the drive. The drive has no ramps; `acceleration` and `deceleration` mean
 * nothing to it. It is brought to a stand before it is turned round, because it would reverse under full current.
 */
export function planMoveVelocity(
  { velocity }: Extract<DriveIntent, { kind: 'moveVelocity' }>,
  now: Signals,
  profile: Profile,
): Plan {
  const register = profile.registers.targetVelocity;
  const speed = register === undefined ? null : nearestValue(velocity, register);
  if (speed === null || speed === 0) {
    return refused('unsupported', `a velocity of ${velocity} counts/s lies outside what the speed register can say`);
  }
  const way = Math.sign(speed);
  const isTurning = wayOf(now, profile) === way;
  if (isTurning && now.targetVelocity === speed) return { ok: true, steps: [] };
  return {
    ok: true,
    steps: [
      ...(wayOf(now, profile) === -way ? standStill(profile) : []),
      { do: 'trigger', values: { targetVelocity: speed }, proof: isTurning ? [holds(speed)] : shows(way, profile) },
      { do: 'verify', values: { targetVelocity: speed } },
      awaitShown(way, profile),
    ],
  };
}

/** Conditions see a register as an unsigned word. */
const holds = (speed: number): Condition => ({ signal: 'targetVelocity', mask: 0xffff, equals: speed & 0xffff });

/** A shaft that has been told to stand may run on for a while, and nothing shows it. */
function awaitShown(way: number, profile: Profile): Step {
  const coastMs = way === 0 ? profile.openLoopSpeed?.coastMs : undefined;
  return {
    do: 'await',
    until: shows(way, profile),
    withinMs: STATE_MS,
    ...(coastMs === undefined ? {} : { settleMs: coastMs }),
    what: way === 0 ? 'the motor to stand' : 'the motor to turn',
  };
}
