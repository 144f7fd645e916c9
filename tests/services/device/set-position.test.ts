import { expect, test } from 'vitest';
import { axisBench, codeOf, spindle, type AxisBench } from './axis-bench.ts';

/** At 0, and told that it stands at 57.8; whether its drive has obeyed nobody can say. */
async function inDoubt(homingRequired: boolean): Promise<AxisBench> {
  const { axis } = spindle();
  const bench = await axisBench({ config: spindle({ axis: { ...axis, homingRequired } }) });
  await bench.ready();
  // the next reading comes long after
  bench.drive.pollMs = 400;
  await bench.pass(20);
  bench.drive.loseAnswerTo = 'setPosition';
  const declared = await bench.axis.submit('set-position', { position: 57.8 });
  await bench.pass(20);
  expect(declared.resource().status).toBe('failed');
  Object.assign(bench.drive, { loseAnswerTo: null, pollMs: 20 });
  return bench;
}

test('whose outcome nobody knows leaves the position unknown, and nothing counts from where it was before', async () => {
  const { axis } = await inDoubt(false);

  expect(axis.state()).toMatchObject({ state: 'unknown', position: null });
  const asked = [axis.submit('jog', { velocity: -40 }), axis.submit('move-absolute', { position: 60 })];
  expect(await Promise.all(asked.map(codeOf))).toEqual(['unknownState', 'unknownState']);
});

test('whose outcome nobody knows is told by the next reading, which a motion waits for and counts from', async () => {
  const bench = await inDoubt(false);

  const moved = bench.axis.submit('move-velocity', { velocity: -40, maxDistance: 30 });
  await bench.pass(5000);

  expect((await moved).resource().status).toBe('done');
  expect(bench.axis.state().position).toBeCloseTo(27.8, 3);
});

test('whose outcome nobody knows takes the reference of an axis that needs one, until it is declared again', async () => {
  const bench = await inDoubt(true);
  await bench.pass(400);

  expect(bench.events).toContainEqual(expect.objectContaining({ type: 'homing-lost', cause: 'set-position' }));
  expect(bench.axis.state()).toMatchObject({ state: 'standstill', position: 57.8, homed: false });
  expect(await codeOf(bench.axis.submit('move-absolute', { position: 60 }))).toBe('notHomed');

  await bench.run('set-position', { position: 57.8 });
  expect((await bench.run('move-absolute', { position: 60 })).resource().status).toBe('done');
});
