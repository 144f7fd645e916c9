import { expect, test } from 'vitest';
import { Counts } from '../../drivers/base/index.ts';
import { startTwin } from '../support/twin-bench.ts';

const WRITE = 6;
// by the maker's manual
const CONTROL_WORD = 0x200e;
const EMERGENCY_STOP = 5;
const START_LEFT = 0x11;

const move = {
  kind: 'moveTo',
  target: Counts(40_000),
  velocity: 8192,
  acceleration: 40_960,
  deceleration: 40_960,
} as const;

/** The left motor is sent on so long after a stop of the right one that was lost twice. */
async function sentOn(laterMs: number): Promise<{ readonly words: readonly number[]; readonly outcome: unknown }> {
  const bench = await startTwin();
  const { clock, line, left, right } = bench;
  await left.run({ kind: 'enable' });
  const since = bench.mark();
  line.addMishap({ kind: 'drop', way: 'request', functionCode: WRITE, count: 2 });
  const stopped = right.drive.stop();
  await clock.advance(laterMs);
  const outcome = await left.run(move).then(
    () => 'accepted',
    ({ code }: { code: string }) => code,
  );
  await bench.settle(stopped);
  await clock.advance(500);
  const words = bench
    .frames(since)
    .flatMap(({ address, values }) => (address === CONTROL_WORD && values !== null ? values : []));
  return { words, outcome };
}

test('no start of one motor follows the stop of the other, whenever it was planned while that was lost', async () => {
  const outcomes = new Set<unknown>();
  for (let laterMs = 200; laterMs < 320; laterMs += 5) {
    const { words, outcome } = await sentOn(laterMs);
    expect(words).toContain(EMERGENCY_STOP);
    expect(words.slice(words.indexOf(EMERGENCY_STOP))).not.toContain(START_LEFT);
    outcomes.add(outcome);
  }
  // overtaken on its way, and come too late
  expect([...outcomes]).toEqual(expect.arrayContaining(['FENCED', 'WRONG_STATE']));
});
