import { describe, expect, test } from 'vitest';
import type { Motion } from '../storm/motion-story.ts';
import { travelOf, type Travel } from './travel.ts';

const COUNTS_PER_MM = 20_000;
const CLOCK = { toUnixMs: 1_000_000, uncertainMs: 0 };

const motion = (kind: Motion['kind'], atMs: number, positionMm: number, targetMm = 0): Motion => ({
  drive: 'ram',
  kind,
  atMs,
  positionCounts: positionMm * COUNTS_PER_MM,
  reason: kind === 'stop' ? { kind: 'brake' } : { kind: 'set-point', targetCounts: targetMm * COUNTS_PER_MM },
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
    const jog = travelled(motion('start', 500, 0, 40), motion('change', 1050, 20, 45), motion('stop', 2000, 45));
    expect(jog?.travelMm).toBeCloseTo(45 - 18);
    expect(jog?.obeyedAfterMs).toBe(50);
  });

  test('counts the way of a renewal before at the speed that the shaft had then', () => {
    const motions = [motion('start', 500, 0, 30), motion('change', 800, 10, 40), motion('change', 1050, 20, 45)];
    expect(travelled(...motions, motion('stop', 2000, 45))?.travelMm).toBeCloseTo(45 - 18);
  });

  test('that was obeyed after the shaft had come to its target before counts no way that it never went', () => {
    // at 10 mm, its target, after 350 ms
    const motions = [motion('start', 500, 0, 10), motion('stop', 850, 10), motion('start', 1300, 10, 35)];
    expect(travelled(...motions, motion('stop', 2000, 35))?.travelMm).toBeCloseTo(25);
  });

  test('that was accepted while the shaft slowed down counts from there', () => {
    // begins to slow down at 950 ms and 18 mm of 20
    const motions = [motion('start', 450, 0, 20), motion('change', 1040, 19.98, 45), motion('stop', 2000, 45)];
    expect(travelled(...motions)?.travelMm).toBeCloseTo(45 - (18 + 40 * 0.05 - 200 * 0.05 ** 2));
  });

  test('of a jog that was accepted once counts from rest', () => {
    expect(travelled(motion('start', 1050, 10, 35), motion('stop', 2000, 35))?.travelMm).toBeCloseTo(25);
  });

  test('after a renewal that the drive never obeyed counts from where the jog had come by then', () => {
    // 100 ms to be up to speed
    const jog = travelled(motion('start', 900, 0, 25), motion('stop', 2000, 25));
    expect(jog?.travelMm).toBeCloseTo(25 - 2);
    expect(jog?.obeyedAfterMs).toBe(-100);
  });

  test('towards lower positions is the same', () => {
    const jog = travelled(motion('start', 500, 0, -40), motion('change', 1050, -20, -45), motion('stop', 2000, -45));
    expect(jog?.travelMm).toBeCloseTo(45 - 18);
  });

  test('is as uncertain as the course misses what the ledger tells next', () => {
    const jog = travelled(motion('start', 500, 0, 40), motion('change', 1050, 20.3, 45), motion('stop', 2000, 45));
    expect(jog?.uncertainMm).toBeCloseTo(0.3 + 40 * 0.002);
  });

  test('is not known before the shaft rests', () => {
    expect(travelled(motion('start', 1050, 10, 35))).toBeNull();
    expect(travelled(motion('stop', 900, 0), motion('start', 1050, 10, 35))).toBeNull();
  });
});
