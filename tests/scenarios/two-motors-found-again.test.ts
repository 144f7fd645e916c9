import { expect, test } from 'vitest';
import { startTwin, type Side, type TwinBench } from '../support/twin-bench.ts';

/** Off and on again and again: the unit is silent for so long, and for its boot. */
async function silence({ clock, left }: TwinBench, forMs: number): Promise<void> {
  for (let passedMs = 0; passedMs < forMs; passedMs += 500) {
    left.machine.injectFault('reboot', { atMs: clock.nowMs() });
    await clock.advance(500);
  }
}

const isOnline = ({ drive }: Side): boolean => drive.link().state === 'online';

// each tries by itself, and in longer and longer intervals: one of the two hits the line's next look at a silent unit
test.each([
  ['left', 0],
  ['right', 120],
] as const)('when the %s one of two motors finds its unit again, so does the other', async (_first, afterMs) => {
  const bench = await startTwin();
  const { clock, left, right } = bench;
  await clock.advance(afterMs);
  await silence(bench, 2000);
  expect([left, right].filter(isOnline)).toEqual([]);

  const tooLateMs = clock.nowMs() + 10_000;
  while (![left, right].some(isOnline) && clock.nowMs() < tooLateMs) await clock.advance(10);
  await clock.advance(200);

  expect([left, right].map(isOnline)).toEqual([true, true]);
});
