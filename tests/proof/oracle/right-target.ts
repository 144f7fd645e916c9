import type { DriveConfig } from '../../../config/index.ts';
import type { Delivery } from '../facts.ts';
import type { Evidence } from './evidence.ts';
import type { Trigger } from './trigger.ts';

interface Asked {
  readonly delivery: Delivery;
  readonly trigger: Trigger;
  /** Where the shaft was when the drive obeyed; null where it had no way to go. */
  readonly shaft: number | null;
}

/** Both are done by the drive's homing mode; set-position without any motion. */
const REFERENCING: ReadonlySet<string> = new Set(['home', 'set-position']);
/** Rounding to counts, and one step inwards at the very end of the range. */
const ROUNDING_COUNTS = 2;
/** From the reading that a way counts from to the frame that starts it, with a try that was lost. */
const READING_AGE_S = 0.15;
const JOG_LATENCY_MS = 100;
const DEFAULT_JOG_TTL_MS = 500;
/** Targets that a distance may count from, newest first. */
const BASES = 3;
/** A target is commanded until it is reached or given up. */
const COMMANDED_WITHIN_MS = 4000;

/** Whether this command, and no other place, sends the drive to the target of the trigger. */
export function fits(asked: Asked, evidence: Evidence): boolean {
  const { command, body } = asked.delivery.order;
  if ((asked.trigger.kind === 'homing') !== REFERENCING.has(command)) return false;
  if (REFERENCING.has(command)) return true;
  if (command === 'move-absolute' || command === 'arm')
    return isNear(asked.trigger.target, countsOf(body['position'], asked, evidence));
  if (command === 'move-relative') return fitsDistance(asked, evidence);
  if (command === 'move-velocity') return isWithin(asked, velocityReach(asked, evidence), evidence);
  return command === 'jog' && isWithin(asked, jogReach(asked, evidence), evidence);
}

/**
 * A distance is counted once, from a known place: the last commanded target, or where the shaft truly was between the
 * arrival of the command and its start (the service asks for a reading that is younger than the command and decides when
 * it comes; that instant, not the arrival, makes the distance a place).
 */
function fitsDistance(asked: Asked, evidence: Evidence): boolean {
  const { delivery, trigger } = asked;
  const base = trigger.target - countsOf(delivery.order.body['distance'], asked, evidence);
  return (
    wasOnTheWay(base, asked, evidence) ||
    wasTaken(base, { drive: trigger.drive, beforeMs: trigger.atMs }, evidence) ||
    isCommanded(base, { asked, before: delivery, deep: 0 }, evidence)
  );
}

/** Whether the shaft was there between the arrival of the command and the start. */
function wasOnTheWay(place: number, asked: Asked, evidence: Evidence): boolean {
  const { delivery, trigger, shaft } = asked;
  const tolerance = toleranceOf(asked, evidence);
  const places = [delivery.shaft, shaft ?? trigger.target];
  return place >= Math.min(...places) - tolerance && place <= Math.max(...places) + tolerance;
}

/** Whether one of the last targets that the drive took by then is this place. */
const wasTaken = (
  place: number,
  { drive, beforeMs }: { readonly drive: string; readonly beforeMs: number },
  evidence: Evidence,
): boolean =>
  evidence
    .triggers(drive)
    .filter(({ atMs }) => atMs < beforeMs)
    .slice(-BASES)
    .some(({ target }) => isNear(place, target));

/** Whether one of the last accepted commands, begun or only waiting, names this place. */
function isCommanded(
  place: number,
  { asked, before, deep }: { asked: Asked; before: Delivery; deep: number },
  evidence: Evidence,
): boolean {
  if (deep > BASES) return false;
  return evidence
    .deliveries(before.order.drive)
    .filter(
      (earlier) =>
        earlier.atMs <= before.atMs &&
        earlier.atMs > before.atMs - COMMANDED_WITHIN_MS &&
        earlier.order !== before.order &&
        earlier.answer !== 'refused',
    )
    .some((earlier) => {
      const { command, body } = earlier.order;
      if (command === 'move-absolute' || command === 'arm')
        return isNear(place, countsOf(body['position'], asked, evidence));
      const like = { ...asked, delivery: earlier, trigger: { ...asked.trigger, target: place } };
      if (command === 'move-velocity') return isWithin(like, velocityReach(like, evidence), evidence);
      if (command === 'jog') return isWithin(like, jogReach(like, evidence), evidence);
      if (command !== 'move-relative') return false;
      const base = place - countsOf(body['distance'], asked, evidence);
      const isFromShaft = wasOnTheWay(base, { ...asked, delivery: earlier }, evidence);
      // a command that waited for the line, and was superseded there, counts from what the drive had taken before it
      const isFromTarget = wasTaken(base, { drive: asked.trigger.drive, beforeMs: earlier.atMs }, evidence);
      return isFromShaft || isFromTarget || isCommanded(base, { asked, before: earlier, deep: deep + 1 }, evidence);
    });
}

/** How far a velocity for a time goes at the most, axis units, with its sign. */
function velocityReach(asked: Asked, evidence: Evidence): number {
  const { velocity, maxDurationMs, acceleration } = asked.delivery.order.body as {
    velocity: number;
    maxDurationMs: number;
    acceleration?: number;
  };
  const ramp = acceleration ?? axisOf(asked, evidence).maxAcceleration;
  return Math.sign(velocity) * ((Math.abs(velocity) * maxDurationMs) / 1000 + velocity ** 2 / (2 * ramp));
}

/**
 * 29: v (ttl + L) + v^2 / 2B. A running jog whose renewal waits for a reading keeps the speed of the renewal before for so
 * long. An axis that truly runs faster, or speeds up to it, keeps that speed for L and brakes from it; one that runs the
 * other way has gone on in it for L since the reading that the jog counts from.
 */
function jogReach(asked: Asked, evidence: Evidence): number {
  const { velocity, ttlMs = DEFAULT_JOG_TTL_MS } = asked.delivery.order.body as { velocity: number; ttlMs?: number };
  const { maxAcceleration } = axisOf(asked, evidence);
  const running = asked.delivery.speed / evidence.scale(asked.trigger.drive);
  const isReversal = running * velocity < 0;
  const fastest = Math.max(Math.abs(running), speedUnderWay(asked, evidence));
  const top = isReversal ? Math.abs(velocity) : Math.max(Math.abs(velocity), fastest);
  const waitedMs = Math.max(0, asked.trigger.sentAtMs - asked.delivery.atMs);
  const onAtTheOldSpeed = ((top - Math.abs(velocity)) * waitedMs) / 1000;
  const late = ((isReversal ? Math.abs(running) + top : top) * JOG_LATENCY_MS) / 1000 + onAtTheOldSpeed;
  const reach = (Math.abs(velocity) * ttlMs) / 1000 + late + top ** 2 / (2 * maxAcceleration);
  return Math.sign(velocity) * reach;
}

/** What the drive was told last and may still be speeding up to, axis units/s; 0 where it rests. */
function speedUnderWay({ delivery, trigger }: Asked, evidence: Evidence): number {
  const before = evidence.triggers(trigger.drive).findLast(({ seq }) => seq < trigger.seq);
  const isUnderWay = before !== undefined && before.atMs <= delivery.atMs && delivery.speed !== 0;
  return isUnderWay ? before.velocity / Math.abs(evidence.scale(trigger.drive)) : 0;
}

/**
 * Not farther than `reach`, and in its direction, from some place where the shaft was between the arrival of the command
 * and its start: whoever moves is read anew before a velocity counts from there.
 */
function isWithin(asked: Asked, reach: number, evidence: Evidence): boolean {
  const { delivery, trigger, shaft } = asked;
  const scale = evidence.scale(trigger.drive);
  const ways = [delivery.shaft, shaft ?? delivery.shaft].map(
    (place) => (Math.sign(reach) * (trigger.target - place)) / scale,
  );
  const oldReading = axisOf(asked, evidence).maxVelocity * READING_AGE_S;
  const farthest = Math.abs(reach) + toleranceOf(asked, evidence) / Math.abs(scale) + oldReading;
  return Math.min(...ways) <= farthest && Math.max(...ways) >= -oldReading;
}

const axisOf = ({ trigger }: Asked, evidence: Evidence): DriveConfig['axis'] =>
  evidence.world.site.drives.get(trigger.drive)!.axis;

const toleranceOf = (asked: Asked, evidence: Evidence): number =>
  axisOf(asked, evidence).tolerance * Math.abs(evidence.scale(asked.trigger.drive)) + ROUNDING_COUNTS;

const countsOf = (units: unknown, { trigger }: Asked, evidence: Evidence): number =>
  typeof units === 'number' ? units * evidence.scale(trigger.drive) : Number.NaN;

const isNear = (a: number, b: number): boolean => Math.abs(a - b) <= ROUNDING_COUNTS;
