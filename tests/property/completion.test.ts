import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Counts } from '../../drivers/base/index.ts';
import type { DriveSample, DriveState } from '../../drivers/drive/index.ts';
import { atStart, judge, type Expectation } from '../../services/device/domain/completion.ts';
import { runs } from './runs.ts';

const TARGET = 1000;
const TOLERANCE = 10;
const ACKNOWLEDGED_AT_MS = 100;
const OUR_SETPOINT = 7;

const expectation: Expectation = {
  kind: 'move',
  target: Counts(TARGET),
  toleranceCounts: TOLERANCE,
  acknowledgedAtMs: ACKNOWLEDGED_AT_MS,
  setpointCounter: OUR_SETPOINT,
  deadlineMs: 100_000,
  stallMs: null,
};

/** What a drive may show, sensible or not. */
const shown = fc.record({
  position: fc.constantFrom(
    0,
    TARGET - TOLERANCE - 1,
    TARGET - TOLERANCE,
    TARGET,
    TARGET + TOLERANCE,
    TARGET + 11,
    null,
  ),
  moving: fc.constantFrom(true, false, false, false, null),
  targetReached: fc.constantFrom(true, true, false, null),
  setpointCounter: fc.constantFrom(OUR_SETPOINT, OUR_SETPOINT, OUR_SETPOINT, null, OUR_SETPOINT - 1),
  power: fc.constantFrom<DriveState['power']>('enabled', 'enabled', 'enabled', 'enabled', 'fault', 'disabled'),
});
type Shown = typeof shown extends fc.Arbitrary<infer Value> ? Value : never;

const sampleOf = (what: Shown, sampledAtMs: number): DriveSample => ({
  number: sampledAtMs,
  sampledAtMs,
  sampledAtUnixMs: sampledAtMs,
  state: {
    ...what,
    position: what.position === null ? null : Counts(what.position),
    velocity: null,
    followingError: null,
    torque: null,
    temperature: null,
    supplyVoltage: null,
    homing: 'idle',
    referenced: true,
    internalLimit: false,
    limits: { negative: false, positive: false, home: false },
    fault: null,
    warning: false,
    bootCounter: 1,
  },
});

const provesRest = ({ sampledAtMs, state }: DriveSample): boolean =>
  sampledAtMs > ACKNOWLEDGED_AT_MS &&
  state.moving === false &&
  state.power === 'enabled' &&
  (state.setpointCounter ?? OUR_SETPOINT) === OUR_SETPOINT;
const provesArrival = (sample: DriveSample): boolean =>
  provesRest(sample) &&
  sample.state.position !== null &&
  Math.abs(sample.state.position - TARGET) <= TOLERANCE &&
  sample.state.targetReached !== false;

test('12: done is proved by two readings at rest since the acknowledge, the last at the target, and by nothing less', () => {
  const story = fc.array(fc.tuple(shown, fc.integer({ min: 1, max: 60 })), { minLength: 1, maxLength: 15 });
  fc.assert(
    fc.property(story, (steps) => {
      let atMs = 0;
      const samples = steps.map(([what, laterMs]) => sampleOf(what, (atMs += laterMs)));
      let progress = atStart;
      for (const [index, sample] of samples.entries()) {
        const verdict = judge(expectation, progress, sample);
        const before = samples[index - 1];
        const isProved = provesArrival(sample) && before !== undefined && provesRest(before);
        expect(verdict.kind === 'done' && !isProved).toBe(false);
        if (verdict.kind !== 'running') return;
        // and when it is proved, it is said
        expect(isProved).toBe(false);
        progress = verdict.progress;
      }
    }),
    runs(2000),
  );
});
