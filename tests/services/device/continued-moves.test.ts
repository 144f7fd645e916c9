import { expect, test } from 'vitest';
import { Refusal } from '../../../services/contracts/index.ts';
import { axisBench, type AxisBench } from './axis-bench.ts';

// A stream of moves, each of which takes the place of the one before: none is taken that does not follow from what the
// drive really does.

async function refusalOf(submitted: Promise<unknown>): Promise<string | null> {
  try {
    await submitted;
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error.problem.code;
    throw error;
  }
}

async function moving(): Promise<{ bench: AxisBench; first: string }> {
  const bench = await axisBench();
  await bench.ready();
  const { id } = await bench.axis.submit('move-absolute', { position: 100 });
  await bench.pass(300);
  return { bench, first: id };
}

test('a move that goes on from the running one takes its place without a stop, and the next goes on from that', async () => {
  const { bench, first } = await moving();
  const second = await bench.axis.submit('move-absolute', { position: 120, continues: first });
  await bench.pass(100);
  const third = await bench.axis.submit('move-absolute', { position: 140, continues: second.id });
  await bench.pass(5000);

  expect(bench.axis.command(first)!.resource()).toMatchObject({ status: 'aborted', error: { by: second.id } });
  expect(third.resource()).toMatchObject({ status: 'done', result: { finalPosition: 140 } });
});

test('it goes on too from one that has just been done', async () => {
  const { bench, first } = await moving();
  await bench.pass(5000);
  expect(bench.axis.command(first)!.resource().status).toBe('done');

  expect(await refusalOf(bench.axis.submit('move-absolute', { position: 120, continues: first }))).toBeNull();
});

const between: Readonly<Record<string, (bench: AxisBench, first: string) => Promise<unknown>>> = {
  halt: (bench) => bench.axis.submit('halt', {}),
  cancel: (bench, first) => bench.axis.cancel(first),
  'another move': (bench) => bench.axis.submit('move-absolute', { position: 20 }),
  'another move that is done': (bench) => bench.run('move-absolute', { position: 20 }),
  'a stop that was released': async (bench) => {
    const stopped = bench.axis.stop('test');
    await bench.pass(2000);
    await stopped;
    await bench.run('release', {});
  },
};
test.each(Object.keys(between))('after %s nothing goes on from the move before it', async (what) => {
  const { bench, first } = await moving();
  await between[what]!(bench, first);
  await bench.pass(1000);
  const accepted = bench.drive.accepted.length;

  expect(await refusalOf(bench.axis.submit('move-absolute', { position: 300, continues: first }))).toBe('superseded');
  await bench.pass(1000);
  expect(bench.drive.accepted.slice(accepted).filter(({ kind }) => kind === 'moveTo')).toEqual([]);
});

test('a move that was overtaken by the one after it is not taken any more', async () => {
  const { bench, first } = await moving();
  await bench.axis.submit('move-absolute', { position: 140, continues: first });

  expect(await refusalOf(bench.axis.submit('move-absolute', { position: 120, continues: first }))).toBe('superseded');
});
