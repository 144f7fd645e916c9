import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quantise, type AxisSteps } from '../../services/orchestrator/domain/quantise.ts';
import { synchronise, withDuration, type AxisDemand } from '../../services/orchestrator/domain/synchronise.ts';
import { planMove } from '../../simulator/plant/ramp.ts';
import { axisDemands } from '../support/axis-demands.ts';
import { runs } from './runs.ts';

const demands = axisDemands([0.0001, 0.0005, 0.001, 0.01, 0.072]);

interface Course {
  readonly distance: number;
  readonly velocity: number;
  readonly acceleration: number;
  readonly deceleration: number;
}

/** The course as the simulated drive runs it, in ms: up, through, down, and all of it. */
function courseOf({ distance, ...limits }: Course): { up: number; through: number; down: number; whole: number } {
  const { pieces, endMs } = planMove({ position: 0, velocity: 0, atMs: 0 }, distance, limits);
  const until = (index: number): number => pieces[index + 1]?.fromMs ?? endMs;
  const lasting = (is: (acceleration: number) => boolean): number =>
    pieces.reduce((sum, { fromMs, acceleration }, index) => sum + (is(acceleration) ? until(index) - fromMs : 0), 0);
  const way = Math.sign(distance);
  const [up, down] = [lasting((ramp) => ramp * way > 0), lasting((ramp) => ramp * way < 0)];
  return { up, down, through: endMs - up - down, whole: endMs };
}

const near = (one: number, other: number, scale: number): boolean => Math.abs(one - other) <= 1e-6 * (1 + scale);

describe('a move of a group', () => {
  test('33: in phase every drive is as long on its ramps and between them as every other, within its limits, to its end', () => {
    fc.assert(
      fc.property(demands, fc.double({ min: 1, max: 20, noNaN: true }), (given, factor) => {
        const fastest = synchronise(given, 'phase');
        const slower = withDuration(fastest, fastest.durationS * factor)!;
        for (const [plan, stretch] of [
          [fastest, 1],
          [slower, factor],
        ] as const) {
          const moving = plan.axes.filter(({ distance }) => distance !== 0);
          const courses = moving.map(courseOf);
          const [first] = courses;
          const isAlike = courses.every(
            ({ up, through, down, whole }) =>
              near(up, first!.up, whole) && near(through, first!.through, whole) && near(down, first!.down, whole),
          );
          expect(isAlike).toBe(true);
          expect(plan.axes.map(({ distance }) => distance)).toEqual(given.map(({ distance }) => distance));
          const isWithin = plan.axes.every((axis, index) => {
            const { maxVelocity, maxAcceleration, maxDeceleration } = given[index]!;
            const slack = 1 + 1e-12;
            return (
              axis.velocity <= maxVelocity * slack &&
              axis.acceleration <= maxAcceleration * slack &&
              axis.deceleration <= maxDeceleration * slack
            );
          });
          expect(isWithin).toBe(true);
          const fastestMs =
            courses.length === 0 ? 0 : courseOf(fastest.axes.find(({ distance }) => distance !== 0)!).whole;
          expect(near(first?.whole ?? 0, fastestMs * stretch, fastestMs * stretch)).toBe(true);
        }
        const alone = given.filter(({ distance }) => distance !== 0).map(aloneMs);
        expect(fastest.durationS * 1000).toBeGreaterThanOrEqual(Math.max(0, ...alone) * (1 - 1e-9));
      }),
      runs(100),
    );
  });

  test('34: the skew that a rounded plan announces is what simulated drives show, within 1 ms', () => {
    fc.assert(
      fc.property(demands, (given) => {
        const steps = new Map(given.map((each): [string, AxisSteps] => [each.drive, each]));
        const stepsOf = (drive: string): AxisSteps => steps.get(drive)!;
        const plan = quantise(synchronise(given, 'phase'), { stepsOf, together: true, startsAtS: () => 0 });
        const ends = plan.axes.filter(({ distance }) => distance !== 0).map((axis) => courseOf(axis).whole);
        const spreadMs = ends.length === 0 ? 0 : Math.max(...ends) - Math.min(...ends);

        expect(Math.abs(spreadMs - plan.expectedSkewMs)).toBeLessThan(1);
        expect(Math.abs(Math.max(0, ...ends) - plan.durationS * 1000)).toBeLessThan(1);
      }),
      runs(150),
    );
  });
});

const aloneMs = ({ distance, maxVelocity, maxAcceleration, maxDeceleration }: AxisDemand): number =>
  courseOf({ distance, velocity: maxVelocity, acceleration: maxAcceleration, deceleration: maxDeceleration }).whole;
