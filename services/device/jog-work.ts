import type { AxisUnits } from '../../drivers/base/index.ts';
import { problem, Refusal, type DriveCommand } from '../contracts/index.ts';
import type { Job, Renewal, Work } from './axis-memory.ts';
import type { AxisRunner } from './axis-runner.ts';
import { instantOf } from './command-record.ts';
import { jogOvertravel, jogTarget, type JogRequest } from './domain/jog.ts';
import type { MotionPlan } from './domain/motion-plan.ts';
import { moveWork, planTo, type WorkParts } from './motion-work.ts';
import { underPermission } from './under-permission.ts';

type Jog = DriveCommand<'jog'>;

/** Where a jog names none. */
export const JOG_TTL_MS = 500;
/** Of the latency that the distance of a jog allows for, what the reading may take that it counts from. */
const READING_AT_MOST_MS = 50;

/** A jog is a lease on motion: a target a little way ahead, moved on by each renewal, reached when none comes. */
export function jogWork(body: Jog, parts: WorkParts): Work {
  const { listener } = parts.kit;
  const work = moveWork(planJog(body, parts), 'continuousMotion', parts);
  return {
    ...work,
    renewal: renewalOf(body, parts),
    onDone: () => listener.event({ type: 'jog-expired', detail: 'No renewal came: it stopped at its last target.' }),
    onAborted: () => listener.event({ type: 'jog-released', detail: 'The jog was ended before its last target.' }),
    perform(hands) {
      const detail = `Jogs at ${body.velocity} ${parts.kit.config.axis.unit}/s.`;
      listener.event({ type: 'jog-started', detail, command: hands.command });
      return work.perform(hands);
    },
  };
}

export interface JogPromise {
  readonly overtravel: number;
  readonly until: string;
}

/** A running jog has gone on since it was read: the target of its renewal would lie too near, or of a reversal too far. */
export function mustReadForJog({ kit, memory: { active, sample } }: WorkParts): boolean {
  const readAtMs = sample?.sampledAtMs ?? -Infinity;
  return active?.record.command === 'jog' && kit.clock.nowMs() - readAtMs > READING_AT_MOST_MS;
}

/** Until when the jog goes on at full speed without another renewal, and how far it can still go. */
export function jogPromise(body: Jog, parts: WorkParts): JogPromise {
  const request = requestOf(body, parts);
  return { overtravel: jogOvertravel(request), until: instantOf(parts.kit.clock.unixMs() + request.ttlMs) };
}

/** Whether this command renews the jog that runs; an older one than the last that was accepted never does. */
export function renewsJog(body: Jog, parts: WorkParts): Job | null {
  const { kit, memory } = parts;
  const { active } = memory;
  if (active === null || active.record.command !== 'jog' || active.record.hasEnded()) return null;
  const last = active.work.renewal?.issuedAtUnixMs ?? null;
  const own = renewalOf(body, parts).issuedAtUnixMs;
  if (last !== null && own !== null && own < last) {
    const detail = 'A later renewal of this jog has been accepted already; this one came out of order.';
    throw new Refusal(problem('ttlExpired', detail, { drive: kit.config.id }));
  }
  return active;
}

export interface RenewParts extends WorkParts {
  readonly runner: AxisRunner;
  /** Monotonic instant until which the renewal may act: what was long on its way has less time left. */
  readonly notAfterMs: number;
  /** How long it has waited for a reading: its time to live counts from its arrival. */
  readonly waitedMs: number;
}

/** Moves the target of the running jog on. */
export function renewJog(asked: Jog, job: Job, parts: RenewParts): void {
  const body = { ...asked, ttlMs: (asked.ttlMs ?? JOG_TTL_MS) - parts.waitedMs };
  const plan = planJog(body, parts);
  const order = { command: 'jog', body: { ...body }, target: plan.target };
  underPermission(parts.kit, order, () => renewWith(plan, body, { job, parts }));
}

function renewWith(plan: MotionPlan, body: Jog, { job, parts }: { job: Job; parts: RenewParts }): void {
  tellLateRenewal(job, parts);
  const promise = sinceArrival(jogPromise(body, parts), body, parts);
  const { issuedAtUnixMs, velocity } = renewalOf(body, parts);
  job.work = {
    ...job.work,
    renewal: { issuedAtUnixMs: issuedAtUnixMs ?? job.work.renewal?.issuedAtUnixMs ?? null, velocity },
  };
  job.notAfterMs = parts.notAfterMs;
  job.record.jog(promise);
  parts.runner.retarget(job, plan);
}

/** A promise counts from the arrival of its renewal; while that waited for a reading the axis went on. */
function sinceArrival(promise: JogPromise, body: Jog, parts: RenewParts): JogPromise {
  const request = requestOf(body, parts);
  const fastest = Math.max(Math.abs(request.velocity), Math.abs(request.runningVelocity));
  return { ...promise, overtravel: promise.overtravel + (fastest * parts.waitedMs) / 1000 };
}

/** The jog had begun to slow down: it goes on, but not evenly, and whoever renews it should know. */
function tellLateRenewal({ record }: Job, { kit }: WorkParts): void {
  const { jog } = record.resource();
  const lateMs = jog === undefined ? 0 : kit.clock.unixMs() - Date.parse(jog.until);
  if (lateMs <= 0) return;
  kit.listener.event({
    type: 'jog-renewal-late',
    detail: `The renewal came ${Math.ceil(lateMs)} ms after the jog had begun to slow down.`,
    command: record.id,
  });
}

function planJog(body: Jog, parts: WorkParts): MotionPlan {
  const { kit, view } = parts;
  const from = view.position();
  if (from === null) throw unknownPosition(kit.config.id);
  const target = jogTarget(from, requestOf(body, parts), kit.config.axis.range);
  if (target === null) throw atTheEnd(from, body.velocity, parts);
  return planTo(target, { ...body, velocity: Math.abs(body.velocity) }, parts);
}

function requestOf({ velocity, acceleration, deceleration, ttlMs = JOG_TTL_MS }: Jog, parts: WorkParts): JogRequest {
  return {
    velocity: velocity * parts.memory.override,
    deceleration: deceleration ?? acceleration ?? parts.kit.config.axis.maxAcceleration,
    ttlMs,
    runningVelocity: runningVelocity(parts),
  };
}

/** As read, or as last asked for where it may have become faster since. */
function runningVelocity({ kit, memory, view }: WorkParts): number {
  const read = kit.scale.velocityToAxisUnits(view.fresh()?.velocity ?? 0);
  const { active } = memory;
  const asked = active === null || hasRunOut(active, kit.clock.nowMs()) ? 0 : (active.work.renewal?.velocity ?? 0);
  return Math.abs(asked) > Math.abs(read) ? asked : read;
}

/** By its plan it rests at its last target already, and no reading may have told so yet. */
function hasRunOut({ next, watch, work: { motion } }: Job, nowMs: number): boolean {
  if (watch === null || next !== null) return false;
  return nowMs > watch.expectation.acknowledgedAtMs + (motion?.plannedDurationMs ?? Infinity);
}

const renewalOf = ({ issuedAt, velocity }: Jog, { memory }: WorkParts): Renewal => ({
  issuedAtUnixMs: issuedAt === undefined ? null : Date.parse(issuedAt),
  velocity: velocity * memory.override,
});

const unknownPosition = (drive: string): Refusal =>
  new Refusal(
    problem('unknownState', `The position of ${drive} is not known, so no end can be set to a jog.`, { drive }),
  );

function atTheEnd(from: AxisUnits, velocity: number, { kit }: WorkParts): Refusal {
  const { id, axis } = kit.config;
  const limit = velocity > 0 ? axis.range[1] : axis.range[0];
  const detail = `${id} is at ${from} ${axis.unit}; its range ends at ${limit} ${axis.unit} in that direction.`;
  return new Refusal(problem('softLimit', detail, { drive: id, limit, actual: from }));
}
