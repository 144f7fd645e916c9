import { isCertainlyTrue, type Interval, type Readings } from '../../../config/expressions/index.ts';
import type { Site } from '../../../config/index.ts';
import { axisNowOf, InterlockGuard, type AxisNow, type MotionOrder } from '../../../config/interlocks/index.ts';
import type { Random } from '../../../drivers/base/index.ts';
import { GOOD, siteOf } from '../site-text.ts';
import { advance, DEEPEST_TOLERANCE, STEP_S, type ExactAxis } from './exact-axis.ts';

/** left and right with two zones that they must not share, and a condition of one upon the other. */
const trialSite: Site = siteOf(`${GOOD}interlocks:
  - { never: { left: [100, 200], right: [0, 80] } }
  - { never: { left: [250, 400], right: [300, 400] } }
  - { drive: right, may: move, only: "left.position < 350" }
`);

/** What of the guard is left out or weakened, to see that the trial can tell. */
export interface Weakness {
  readonly asksNobody?: boolean;
  readonly watchesNothing?: boolean;
  /** Readings are believed however old they are. */
  readonly believesStale?: boolean;
  readonly latencyS?: number;
  /** Share of the commands that nobody is asked for; so much is watched and so much is asked. */
  readonly unasked?: number;
  /** Messages a step of each axis, one of these by chance. */
  readonly heardOften?: readonly number[];
}

/** What one or many histories came to. */
export interface Tally {
  histories: number;
  /** Motions that began: permitted, and beyond them those that nobody was asked for. */
  motions: number;
  unasked: number;
  /** Begun where a rule was broken already, to leave it. */
  waysOut: number;
  refusals: number;
  halts: number;
  /** Instants at which a rule that held does not hold any more, or one that was broken is broken deeper. */
  breaches: string[];
  /** mm that were left until a rule would have been broken, at the nearest. */
  nearestMm: number;
}

export const emptyTally = (): Tally => ({
  histories: 0,
  motions: 0,
  unasked: 0,
  waysOut: 0,
  refusals: 0,
  halts: 0,
  breaches: [],
  nearestMm: Infinity,
});

const COMMANDS = 10;
const STEPS_BETWEEN_COMMANDS = 70;
/** A sample that is older is none. */
const STALE_MS = 300;
/** Whoever hears nothing finds out so late that a sample is too old. */
const LOOKS_EVERY_STEPS = 3;
const LATENCY_S = 0.38;
/** From rest to a halt after STALE_MS, at the greatest acceleration, and a little more. */
const RUN_UP_MM = 45;
const ANSWERED_WITHIN_STEPS = 6;
/** Messages a step: most axes are heard well, some now and then, some hardly ever. */
const HEARD_WELL = 0.3;
const HEARD_OFTEN = [...Array.from({ length: 6 }, () => HEARD_WELL), 0.05, 0.008];
/** No command of a drive. */
const PUSHED = 'pushed';

interface Trial {
  readonly site: Site;
  readonly random: Random;
  readonly weakness: Weakness;
  readonly guard: InterlockGuard;
  readonly axes: readonly ExactAxis[];
  readonly seen: Map<string, AxisNow>;
  readonly clock: { nowMs: number };
  readonly later: { atStep: number; readonly act: () => void }[];
  readonly tally: Tally;
}

/** One history of random commands on exact axes, asked of the guard with samples as old as a message may be. */
export function runHistory(random: Random, tally: Tally, weakness: Weakness = {}): void {
  const trial = begin({ random, tally, weakness, site: trialSite });
  tally.histories += 1;
  let nextCommandAt = 0;
  let commands = 0;
  let before = judged(trial);
  for (let step = 0; commands < COMMANDS || trial.later.length > 0 || trial.axes.some(isMoving); step += 1) {
    trial.clock.nowMs += STEP_S * 1000;
    // Each axis is heard by itself, a message every 20 to 200 ms or so, and now and then none for a while.
    const heard = trial.axes.filter((axis) => step === 0 || random() < axis.heardOften);
    for (const axis of heard) hear(axis, trial);
    for (const { act } of due(trial, step)) act();
    if (step >= nextCommandAt && commands < COMMANDS) {
      commands += 1;
      nextCommandAt = step + Math.floor(random() * STEPS_BETWEEN_COMMANDS);
      commandOne(step, trial);
    }
    const isLooking = heard.length > 0 || step % LOOKS_EVERY_STEPS === 0;
    if (isLooking && weakness.watchesNothing !== true) watch(trial);
    for (const axis of trial.axes) advance(axis);
    before = judge(before, trial);
  }
}

function begin({ random, tally, weakness, site }: Pick<Trial, 'random' | 'tally' | 'weakness' | 'site'>): Trial {
  const seen = new Map<string, AxisNow>();
  const clock = { nowMs: 0 };
  const { believesStale = false, latencyS = LATENCY_S } = weakness;
  const guard = new InterlockGuard({
    interlocks: site.interlocks,
    bounds: new Map([...site.drives].map(([id, { axis }]) => [id, { ...axis, latencyS }])),
    nowMs: () => clock.nowMs,
    now(drive) {
      const now = seen.get(drive);
      return now === undefined || (!believesStale && clock.nowMs - now.askedAtMs > STALE_MS) ? null : now;
    },
  });
  const axes = [...site.drives.values()].map(({ id, axis: limits }) => ({
    id,
    limits,
    position: Math.round(random() * 400),
    velocity: 0,
    deceleration: limits.maxAcceleration,
    maxVelocity: limits.maxVelocity,
    target: null,
    command: null,
    heardOften: oneOf(weakness.heardOften ?? HEARD_OFTEN, random),
  }));
  return { site, random, weakness, guard, axes, seen, clock, later: [], tally };
}

const oneOf = (values: readonly number[], random: Random): number => values[Math.floor(random() * values.length)] ?? 1;

const due = ({ later }: Trial, step: number): readonly { act: () => void }[] => {
  if (later.length === 0) return later;
  const now = later.filter(({ atStep }) => atStep <= step);
  for (const one of now) later.splice(later.indexOf(one), 1);
  return now;
};

function commandOne(step: number, trial: Trial): void {
  const { axes, random } = trial;
  const axis = axes[random() < 0.5 ? 0 : 1]!;
  const kind = random();
  if (kind < 0.1) halt(axis);
  else if (kind < 0.1 + (trial.weakness.unasked ?? 0.15)) moveUnasked(axis, trial);
  else ask(step, axis, trial);
}

const isMoving = ({ velocity, target }: ExactAxis): boolean => velocity !== 0 || target !== null;

const halt = (axis: ExactAxis): void => {
  axis.target = null;
  axis.command = axis.velocity === 0 ? null : 'halt';
};

/** Past the guard, as by another door. */
function moveUnasked(axis: ExactAxis, trial: Trial): void {
  const { random, tally } = trial;
  const target = Math.round(random() * 400);
  if (isMoving(axis) || axis.command !== null) return;
  const isSeen = axis.heardOften === HEARD_WELL && isFarOff(axis, trial);
  if (!isSeen && !isHarmlessUnseen(axis, target, trial)) return;
  tally.unasked += 1;
  // half of those that are seen do not even tell where they will end, as when something pushes the axis
  go(axis, { command: isSeen && random() < 0.5 ? PUSHED : 'move-absolute', body: {} }, target);
}

/** From where a halt is in time, wherever it goes. */
function isFarOff(axis: ExactAxis, { axes }: Trial): boolean {
  const [left, right] = axes as readonly [ExactAxis, ExactAxis];
  if (axis === left) return left.position < 100 - RUN_UP_MM;
  return right.position > 80 + RUN_UP_MM && right.position < 300 - RUN_UP_MM && left.position < 350 - RUN_UP_MM;
}

/** Nobody has heard of it lately, and as the other stands, nothing is broken by it: only what moves afterwards must know. */
function isHarmlessUnseen(axis: ExactAxis, target: number, { site, axes, seen, clock, later }: Trial): boolean {
  const isUnseen = clock.nowMs - (seen.get(axis.id)?.askedAtMs ?? -Infinity) > STALE_MS;
  if (axis.id !== 'left' || !isUnseen || later.length > 0 || axes.some(isMoving)) return false;
  const way = { lo: Math.min(axis.position, target), hi: Math.max(axis.position, target) };
  return site.interlocks.every(({ must }) => isCertainlyTrue(must, truthOf(axes, new Map([[axis.id, way]]))));
}

function ask(step: number, axis: ExactAxis, { guard, random, tally, weakness, later }: Trial): void {
  const order = randomOrder(axis, random);
  const admitted = guard.admit(axis.id, order);
  if (!admitted.ok) tally.refusals += 1;
  if (!admitted.ok && weakness.asksNobody !== true) return;
  const permission = admitted.ok ? admitted.permission : null;
  // The drive refuses some for its own reasons; of the others the answer may come before or after the motion begins.
  if (random() < 0.05) {
    later.push({ atStep: step + Math.floor(random() * ANSWERED_WITHIN_STEPS), act: () => permission?.takeBack() });
    return;
  }
  const startsAt = step + Math.floor(random() * ANSWERED_WITHIN_STEPS);
  later.push({ atStep: startsAt, act: () => begun(axis, order, tally) });
  later.push({
    atStep: startsAt + Math.floor(random() * ANSWERED_WITHIN_STEPS),
    act: () => permission?.begun(),
  });
}

function begun(axis: ExactAxis, order: MotionOrder, tally: Tally): void {
  tally.motions += 1;
  go(axis, order, targetFrom(axis, order));
}

function go(axis: ExactAxis, { command, body }: MotionOrder, target: number): void {
  axis.command = command;
  axis.target = Math.min(400, Math.max(0, target));
  axis.deceleration = Number(body['deceleration'] ?? axis.limits.maxAcceleration);
  axis.maxVelocity = Math.abs(Number(body['velocity'] ?? axis.limits.maxVelocity));
}

function randomOrder({ limits }: ExactAxis, random: Random): MotionOrder {
  const velocity = 5 + random() * (limits.maxVelocity - 5);
  // some brake very gently
  const deceleration = random() < 0.3 ? 30 + random() * 60 : limits.maxAcceleration;
  const kind = random();
  const ramp = { velocity, deceleration };
  if (kind < 0.55) return { command: 'move-absolute', body: { ...ramp, position: Math.round(random() * 400) } };
  const way = random() < 0.5 ? -1 : 1;
  if (kind < 0.7) return { command: 'move-relative', body: { ...ramp, distance: way * random() * 150 } };
  return { command: kind < 0.85 ? 'jog' : 'move-velocity', body: { ...ramp, velocity: way * velocity } };
}

/** As a drive would do it: from where it is when it begins. */
function targetFrom({ position, limits }: ExactAxis, { command, body }: MotionOrder): number {
  if (command === 'move-absolute') return Number(body['position']);
  if (command === 'move-relative') return position + Number(body['distance']);
  const velocity = Number(body['velocity']);
  return (
    position +
    velocity * (command === 'jog' ? 0.6 : 3) +
    (Math.sign(velocity) * velocity ** 2) / (2 * limits.maxAcceleration)
  );
}

function watch({ axes, guard, tally }: Trial): void {
  for (const { movers } of guard.broken()) {
    for (const mover of axes.filter((axis) => movers.includes(axis.id) && axis.target !== null)) {
      tally.halts += 1;
      halt(mover);
    }
  }
}

function hear(axis: ExactAxis, { site, seen, clock }: Trial): void {
  const { id, position, velocity, target, command: running } = axis;
  const state = {
    state: running === null ? 'standstill' : 'discreteMotion',
    position,
    velocity,
    moving: velocity !== 0,
    homed: true,
    target,
    command: running === null ? null : { command: running },
    armed: null,
  };
  const now = axisNowOf(state, site.drives.get(id)!.axis, clock.nowMs);
  if (now !== null) seen.set(id, now);
}

interface Judged {
  readonly holds: readonly boolean[];
  readonly depths: readonly number[];
}

function judged({ site, axes }: Trial): Judged {
  const truth = truthOf(axes);
  return {
    holds: site.interlocks.map(({ must }) => isCertainlyTrue(must, truth)),
    depths: site.interlocks.map(({ zones }) =>
      Math.min(...axes.flatMap(({ id, position }) => depthIn(zones.get(id), position))),
    ),
  };
}

function judge(before: Judged, trial: Trial): Judged {
  const { site, axes, tally } = trial;
  if (!axes.some(isMoving)) return before;
  const now = judged(trial);
  for (const [index, { words }] of site.interlocks.entries()) {
    if (now.holds[index] === true) tally.nearestMm = Math.min(tally.nearestMm, clearance(index, axes));
    else if (before.holds[index] === true) tally.breaches.push(words);
    else if (now.depths[index]! > before.depths[index]! + DEEPEST_TOLERANCE) tally.breaches.push(`deeper: ${words}`);
  }
  for (const [index, holds] of now.holds.entries()) if (before.holds[index] === false && holds) tally.waysOut += 1;
  return now;
}

/** How far inside a zone, seen from the nearer end that the range reaches beyond; nothing where there is no zone. */
function depthIn(zone: readonly [number, number] | undefined, position: number): readonly number[] {
  if (zone === undefined) return [];
  const [low, high] = zone;
  const ways = [...(low > 0 ? [position - low] : []), ...(high < 400 ? [high - position] : [])];
  return [Math.max(0, Math.min(...ways))];
}

/** mm until the rule would be broken, if the nearest axis went straight there. */
function clearance(index: number, axes: readonly ExactAxis[]): number {
  const [left, right] = axes as readonly [ExactAxis, ExactAxis];
  const { zones } = trialSite.interlocks[index]!;
  if (zones.size === 0) return right.velocity === 0 ? Infinity : 350 - left.position;
  return Math.max(outside(zones.get('left')!, left.position), outside(zones.get('right')!, right.position));
}

const outside = ([low, high]: readonly [number, number], position: number): number =>
  Math.max(0, low - position, position - high);

const truthOf = (axes: readonly ExactAxis[], ways: ReadonlyMap<string, Interval> = new Map()): Readings => ({
  name: () => null,
  reading(drive, word) {
    const { position, velocity } = axes.find(({ id }) => id === drive)!;
    if (word === 'moving') return velocity !== 0 || ways.has(drive);
    return word === 'position' ? (ways.get(drive) ?? { lo: position, hi: position }) : null;
  },
});
