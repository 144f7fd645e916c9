import { describe, expect, test } from 'vitest';
import { Counts } from '../../drivers/base/index.ts';
import type { DriveIntent } from '../../drivers/drive/index.ts';
import { startTwin, unitProfile, type Side, type TwinBench } from '../support/twin-bench.ts';

// In position mode the unit has no word that halts one of its two motors: a motor is halted by another target, on its way.

const TURN = unitProfile.countsPerRevolution;

const moveTo = (target: number, velocity = 4 * TURN): DriveIntent => ({
  kind: 'moveTo',
  target: Counts(target),
  velocity,
  acceleration: 80 * TURN,
  deceleration: 80 * TURN,
});

/** Under way to +40 000, since so long. */
async function movingFor(ms: number): Promise<TwinBench> {
  const bench = await startTwin();
  await bench.left.run({ kind: 'enable' });
  await bench.left.run(moveTo(40_000));
  await bench.clock.advance(ms);
  return bench;
}

/** The way that the shaft goes back until everything is over; a servo's overshoot is a count or two. */
async function wayBackAfter({ clock }: TwinBench, { machine }: Side, act: () => Promise<unknown>): Promise<number> {
  let farthest = machine.plant().position;
  let back = 0;
  const state = { isOver: false };
  const acted = act().finally(() => (state.isOver = true));
  acted.catch(() => undefined);
  for (let passedMs = 0; !state.isOver || passedMs < 4000; passedMs += 1) {
    await clock.advance(1);
    const { position } = machine.plant();
    farthest = Math.max(farthest, position);
    back = Math.max(back, farthest - position);
  }
  await acted;
  return back;
}

const halt = { kind: 'halt' } as const;
const always = { stillWanted: () => true };

/** Wanted until its parameters are written, and no more when its start word is to leave. */
function wantedUntilItsStart(): () => boolean {
  let asked = 0;
  return () => ++asked <= 3;
}

describe('a halt never turns the motor round', () => {
  test('when another target was written meanwhile and never started', async () => {
    const bench = await movingFor(1000);
    const superseded = bench.left.drive.execute(moveTo(-40_000), { stillWanted: wantedUntilItsStart() });
    await expect(bench.settle(superseded)).rejects.toMatchObject({ executed: 'no' });

    expect(await wayBackAfter(bench, bench.left, () => bench.left.drive.execute(halt, always))).toBeLessThan(5);
  });

  test('when the start word of another target is lost, and nobody knows whether it was obeyed', async () => {
    const bench = await movingFor(1000);
    const lost = bench.left.drive.execute(moveTo(-40_000), {
      stillWanted: () => true,
      beforeTrigger: async () => bench.line.addMishap({ kind: 'drop', way: 'request', functionCode: 6, count: 1 }),
    });
    await expect(bench.settle(lost)).rejects.toMatchObject({ executed: 'unknown' });

    expect(await wayBackAfter(bench, bench.left, () => bench.left.drive.execute(halt, always))).toBeLessThan(5);
  });

  test('when it had only just begun to run', async () => {
    const bench = await movingFor(12);

    expect(await wayBackAfter(bench, bench.left, () => bench.left.drive.execute(halt, always))).toBeLessThan(5);
  });

  test('when the answer to its target is lost, and the motor has gone on meanwhile', async () => {
    const bench = await movingFor(1000);
    bench.line.addMishap({ kind: 'drop', way: 'answer', functionCode: 16, count: 1 });

    expect(await wayBackAfter(bench, bench.left, () => bench.left.drive.execute(halt, always))).toBeLessThan(5);
    expect(bench.left.state()).toMatchObject({ moving: false, power: 'enabled' });
    expect(bench.left.machine.plant().position).toBeLessThan(39_000);
  });
});
