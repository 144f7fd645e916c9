import type { Profile, Signals } from '../../profile/index.ts';
import { notYet } from '../not-yet.ts';
import { refused } from '../refused.ts';
import { writeAndVerify } from '../write-and-verify.ts';
import type { Condition, DriveIntent, Plan, Step } from '../scheme.ts';
import { startProblem, toDriveState } from './drive-state.ts';
import { factsOf, inputs, maskOf, output, powered, pulse, reads, shows } from './words.ts';

type Home = Extract<DriveIntent, { kind: 'home' }>;

/** CiA 402, 6098h: the present position is the reference. */
const IN_PLACE = 37;
const START_MS = 1000;
const PRESET_MS = 1000;
/** What `accelerationUnit` says: the ramp is a time. */
const TIME = 1;
/** What `velocityUnit` says: revolutions of the motor per minute, directly or by the unit of position. */
const RPM = [0, 2];

/** A search inside the drive. HOME starts as it rises, and is lowered as soon as the search shows. */
export function planHome(wanted: Home, now: Signals, profile: Profile): Plan {
  if (wanted.method === IN_PLACE) return planSetPosition(wanted, now, profile);
  const refusal = homeProblem(now, profile);
  if (refusal !== null) return refusal;
  const homing = factsOf(profile).homings.find(({ method }) => method === wanted.method);
  if (homing === undefined) return refused('unsupported', `the drive has no homing method ${wanted.method}`);
  const values = {
    homingMode: homing.mode,
    homingDirection: homing.direction,
    homingRamp: rampOf(wanted, now, profile),
    homingSpeedFast: wanted.fast,
    homingSpeedSlow: wanted.slow,
    homeOffset: wanted.position,
  };
  return { ok: true, steps: [...writeAndVerify(values), ...search(now, profile)] };
}

function search(now: Signals, profile: Profile): readonly Step[] {
  const low = powered(profile);
  const begun = notYet([shows({ moving: true }, profile), ...lost(profile)], now);
  return [
    inputs(low),
    { do: 'trigger', values: { inputCommand: low | maskOf(factsOf(profile).inputs.home) }, proof: begun },
    {
      do: 'await',
      until: begun,
      failIf: [shows({ alarm: true }, profile)],
      withinMs: START_MS,
      what: 'homing to start',
    },
    inputs(low),
  ];
}

/** In the drive's own unit: ms to the velocity of the search, or r/min per second. */
function rampOf({ acceleration, fast }: Home, { accelerationUnit = TIME }: Signals, profile: Profile): number {
  if (accelerationUnit === TIME) return Math.max(1, Math.ceil((fast / acceleration) * 1000));
  return Math.max(1, Math.floor((acceleration * 60) / profile.countsPerRevolution));
}

function homeProblem(now: Signals, profile: Profile): Extract<Plan, { ok: false }> | null {
  const refusal = startProblem(now, profile) ?? restProblem(now, profile);
  if (refusal !== null) return refusal;
  if (factsOf(profile).inputs.home === null) return refused('unsupported', 'the drive has no input for homing');
  if (now.velocityUnit !== undefined && !RPM.includes(now.velocityUnit)) {
    return refused('unsupported', 'the unit of velocity in the drive must be r/min for homing');
  }
  if (output('homeReady', now.statusword, profile) !== false) return null;
  return refused('wrong-state', 'the drive is not ready for homing; an input may hold it');
}

function restProblem(now: Signals, profile: Profile): Extract<Plan, { ok: false }> | null {
  return toDriveState(now, profile).moving === false ? null : refused('wrong-state', 'the drive is not at rest');
}

/** The position preset: demand and actual position become the home offset; never moves. */
export function planSetPosition({ position }: { position: number }, now: Signals, profile: Profile): Plan {
  const refusal = startProblem(now, profile) ?? restProblem(now, profile);
  if (refusal !== null) return refusal;
  const until: readonly Condition[] = notYet([reads('demandPosition', position), coordinated(profile)], now);
  const preset = [...writeAndVerify({ homeOffset: position }), ...pulse('positionPreset')];
  const done: Step = { do: 'command', signal: 'positionPreset', value: 0 };
  const failIf = [shows({ alarm: true }, profile)];
  const wait: Step = { do: 'await', until, failIf, withinMs: PRESET_MS, what: 'the position to be taken' };
  return { ok: true, steps: until.length === 0 ? [...preset, done] : [...preset, wait, done] };
}

/** The coordinates, which a search takes away. */
const lost = (profile: Profile): readonly Condition[] =>
  factsOf(profile).outputs.coordinates === null ? [] : [shows({ coordinates: false }, profile)];

const coordinated = (profile: Profile): Condition => shows({ coordinates: true }, profile);
