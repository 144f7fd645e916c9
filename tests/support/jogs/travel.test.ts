import { describe, expect, test } from 'vitest';
import type { Motion } from '../storm/motion-story.ts';
import { travelOf, type Travel } from './travel.ts';

const COUNTS_PER_MM = 20_000;
const CLOCK = { toUnixMs: 1_000_000, uncertainMs: 0 };

const entry = (kind: Motion['kind'], atMs: number, positionMm: number): Omit<Motion, 'reason'> => ({
  drive: 'ram',
  kind,
  atMs,
  positionCounts: positionMm * COUNTS_PER_MM,
});
const sentTo = (targetMm: number): Motion['reason'] => ({ kind: 'set-point', targetCounts: targetMm * COUNTS_PER_MM });
const start = (atMs: number, positionMm: number, targetMm: number): Motion => ({
  ...entry('start', atMs, positionMm),
  reason: sentTo(targetMm),
});
const change = (atMs: number, positionMm: number, targetMm: number): Motion => ({
  ...entry('change', atMs, positionMm),
  reason: sentTo(targetMm),
});
const stop = (atMs: number, positionMm: number): Motion => ({
  ...entry('stop', atMs, positionMm),
  reason: { kind: 'brake' },
});

/** 40 mm/s with ramps of 400 mm/s2: 100 ms and 2 mm each. Accepted at 1000 ms of the ledger, with 30 mm promised. */
const travelled = (...motions: readonly Motion[]): Travel | null =>
  travelOf({
    motions,
    accepted: { atUnixMs: CLOCK.toUnixMs + 1000, overtravelMm: 30 },
    velocity: 40,
    clock: CLOCK,
  });

describe('the travel of an abandoned jog', () => {
  test('counts from where the shaft was when its last renewal was accepted, not from where the drive obeyed it', () => {
    const jog = travelled(start(500, 0, 40), change(1050, 20, 45), stop(2000, 45));
    expect(jog?.travelMm).toBeCloseTo(45 - 18);
    expect(jog?.obeyedAfterMs).toBe(50);
  });

  test('counts the way of a renewal before at the speed that the shaft had then', () => {
    const motions = [start(500, 0, 30), change(800, 10, 40), change(1050, 20, 45)];
    expect(travelled(...motions, stop(2000, 45))?.travelMm).toBeCloseTo(45 - 18);
  });

  test('that was obeyed after the shaft had come to its target before counts no way that it never went', () => {
    // at 10 mm, its target, after 350 ms
    const motions = [start(500, 0, 10), stop(850, 10), start(1300, 10, 35)];
    expect(travelled(...motions, stop(2000, 35))?.travelMm).toBeCloseTo(25);
  });

  test('that was accepted while the shaft slowed down counts from there', () => {
    // begins to slow down at 950 ms and 18 mm of 20
    const motions = [start(450, 0, 20), change(1040, 19.98, 45), stop(2000, 45)];
    expect(travelled(...motions)?.travelMm).toBeCloseTo(45 - (18 + 40 * 0.05 - 200 * 0.05 ** 2));
  });

  test('of a jog that was accepted once counts from rest', () => {
    expect(travelled(start(1050, 10, 35), stop(2000, 35))?.travelMm).toBeCloseTo(25);
  });

  test('after a renewal that the drive never obeyed counts from where the jog had come by then', () => {
    // 100 ms to be up to speed
    const jog = travelled(start(900, 0, 25), stop(2000, 25));
    expect(jog?.travelMm).toBeCloseTo(25 - 2);
    expect(jog?.obeyedAfterMs).toBe(-100);
  });

  test('towards lower positions is the same', () => {
    const jog = travelled(start(500, 0, -40), change(1050, -20, -45), stop(2000, -45));
    expect(jog?.travelMm).toBeCloseTo(45 - 18);
  });

  test('is as uncertain as the course misses what the ledger tells next', () => {
    const jog = travelled(start(500, 0, 40), change(1050, 20.3, 45), stop(2000, 45));
    expect(jog?.uncertainMm).toBeCloseTo(0.3 + 40 * 0.002);
  });

  test('is not known before the shaft rests', () => {
    expect(travelled(start(1050, 10, 35))).toBeNull();
    expect(travelled(stop(900, 0), start(1050, 10, 35))).toBeNull();
  });
});
