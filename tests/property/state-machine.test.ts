import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AxisState } from '../../services/contracts/index.ts';
import { heal, history, MOTION, startWalk, type Act, type Walk } from './axis-walk.ts';
import { runs } from './runs.ts';

/**
 * PLCopen part 1, figure 2. Beyond it: a stop is a lock from every state, and its latch outlives a fault or a power-off,
 * so that an error or a switched-off axis comes back as `stopping` when it was stopped.
 */
const ARROWS: Partial<Record<AxisState, readonly AxisState[]>> = {
  disabled: ['standstill', 'stopping', 'errorStop'],
  standstill: ['homing', 'discreteMotion', 'continuousMotion', 'stopping', 'disabled', 'errorStop'],
  homing: ['standstill', 'stopping', 'disabled', 'errorStop'],
  discreteMotion: ['continuousMotion', 'standstill', 'stopping', 'disabled', 'errorStop'],
  continuousMotion: ['discreteMotion', 'standstill', 'stopping', 'disabled', 'errorStop'],
  stopping: ['standstill', 'disabled', 'errorStop'],
  errorStop: ['disabled', 'standstill', 'stopping'],
};
const isArrow = (edge: string): boolean => {
  const [from, to] = edge.split(' to ') as [AxisState, AxisState];
  return from === 'unknown' || to === 'unknown' || (ARROWS[from]?.includes(to) ?? false);
};

/** Found once: a stop that joined an earlier one, which was failing on the line before it came back. */
const stoppedOnADeadLine: Act[] = [
  ['disable', 0],
  ['unplug', 0],
  ['stop', 0],
];

describe('the state machine', () => {
  test('1: every change of state is an arrow of the PLCopen figure, or leads to or from unknown', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (acts) => {
        const walk = await startWalk();
        for (const act of acts) await walk.perform(act);

        expect(walk.edges().filter((edge) => !isArrow(edge))).toEqual([]);
      }),
      runs(60),
    );
  });

  test('4: a stop, time and a healthy line end every history at rest, and nothing moves afterwards', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (acts) => {
        const walk = await startWalk();
        for (const act of acts) await walk.perform(act);
        heal(walk);
        const { bench } = walk;

        const stop = await bench.run('stop', {});
        const accepted = bench.drive.accepted.length;
        await bench.pass(10_000);

        expect(stop.resource().result).toMatchObject({ stop: 'confirmed' });
        expect(bench.drive.velocity).toBe(0);
        expect(bench.axis.state()).toMatchObject({ moving: false, stopLatched: true });
        expect(['stopping', 'disabled', 'errorStop']).toContain(bench.axis.state().state);
        expect(bench.drive.accepted.slice(accepted).filter(({ kind }) => MOTION.includes(kind))).toEqual([]);
      }),
      runs(50, { examples: [[stoppedOnADeadLine]] }),
    );
  });

  test('8: a reading older than its limit makes the axis unknown and every flag null, never at rest or in position', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (acts) => {
        const walk = await startWalk(expectNothingClaimedOfOldReadings);
        for (const act of acts) {
          await walk.perform(act);
          walk.bench.drive.answers &&= act[1] % 4 !== 0;
        }
      }),
      runs(60),
    );
  });
});

/** Polls are due every 20 ms: then 300 ms, as the house promises. */
const STALE_AFTER_MS = 300;

function expectNothingClaimedOfOldReadings({ bench: { axis, drive, clock } }: Walk): void {
  const sampledAtMs = drive.latest()?.sampledAtMs ?? -Infinity;
  if (clock.nowMs() - sampledAtMs <= STALE_AFTER_MS) return;
  expect(axis.state()).toMatchObject({
    state: 'unknown',
    stale: true,
    position: null,
    velocity: null,
    moving: null,
    inPosition: null,
    homed: null,
    enabled: null,
    limits: { negative: null, positive: null, home: null },
  });
  expect(axis.state().link).not.toBe('online');
}
