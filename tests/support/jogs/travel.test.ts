import { describe, expect, test } from 'vitest';
import type { Motion } from '../storm/motion-story.ts';
import { travelOf } from './travel.ts';

const COUNTS_PER_MM = 20_000;
const CLOCK = { toUnixMs: 1_000_000, uncertainMs: 0 };

const motion = (kind: Motion['kind'], atMs: number, positionMm: number): Motion => ({
  drive: 'ram',
  kind,
  atMs,
  positionCounts: positionMm * COUNTS_PER_MM,
  reason: kind === 'stop' ? { kind: 'brake' } : { kind: 'set-point', targetCounts: 0 },
});

/** 40 mm/s, accepted at 1000 ms of the ledger, with 30 mm promised. */
const travelledMm = (...motions: readonly Motion[]): number | undefined =>
  travelOf({
    motions,
    accepted: { atUnixMs: CLOCK.toUnixMs + 1000, overtravelMm: 30 },
    velocity: 40,
    clock: CLOCK,
  })?.travelMm;

describe('the travel of an abandoned jog', () => {
  test('counts from where the shaft was when its last renewal was accepted, not from where the drive obeyed it', () => {
    expect(travelledMm(motion('start', 500, 0), motion('change', 1050, 20), motion('stop', 2000, 45))).toBeCloseTo(27);
  });

  test('of a jog that was accepted once counts from rest', () => {
    expect(travelledMm(motion('start', 1050, 10), motion('stop', 2000, 35))).toBeCloseTo(25);
  });

  test('after a renewal that the drive never obeyed counts from where the jog had come by then at the least', () => {
    // 100 ms at 40 mm/s after the last set-point, 2 mm less while it sped up
    expect(travelledMm(motion('start', 900, 0), motion('stop', 2000, 25))).toBeCloseTo(25 - (4 - 2));
  });

  test('is not known before the shaft rests', () => {
    expect(travelledMm(motion('start', 1050, 10))).toBeUndefined();
    expect(travelledMm(motion('stop', 900, 0), motion('start', 1050, 10))).toBeUndefined();
  });
});
