import { expect, test } from 'vitest';
import { createVirtualClock } from '../../../drivers/base/index.ts';

test('timers fire in the order of their instants, and of their making at the same instant', async () => {
  const clock = createVirtualClock();
  const seen: string[] = [];
  for (const [name, delayMs] of [
    ['c', 30],
    ['a', 10],
    ['b', 20],
    ['b2', 20],
    ['late', 31],
  ] as const)
    clock.after(delayMs, () => seen.push(`${name}@${clock.nowMs()}`));

  await clock.advance(30);

  expect(seen).toEqual(['a@10', 'b@20', 'b2@20', 'c@30']);
  expect(clock.nowMs()).toBe(30);
});

test('code that awaits a sleep acts at its own instant, however many awaits follow', async () => {
  const clock = createVirtualClock();
  const seen: number[] = [];
  const work = async (): Promise<void> => {
    await clock.sleep(5);
    await Promise.resolve();
    await Promise.resolve();
    seen.push(clock.nowMs());
    await clock.sleep(5);
    seen.push(clock.nowMs());
  };
  const done = work();

  await clock.advance(100);
  await done;

  expect(seen).toEqual([5, 10]);
});

test('a cancelled timer never fires, and cancelling late is harmless', async () => {
  const clock = createVirtualClock();
  let fired = 0;
  const cancel = clock.after(5, () => (fired += 1));
  const cancelLate = clock.after(1, () => (fired += 10));
  cancel();

  await clock.advance(50);
  cancelLate();

  expect(fired).toBe(10);
});

test('an aborted sleep rejects with the reason at once', async () => {
  const clock = createVirtualClock();
  const abort = new AbortController();
  const sleeping = clock.sleep(1000, abort.signal);
  abort.abort(new Error('stop'));
  await expect(sleeping).rejects.toThrow('stop');
});

test('a wait of more than a day or of no number is refused, because a timer that overflows fires at once', () => {
  const clock = createVirtualClock();
  expect(() => clock.after(2 ** 31, () => undefined)).toThrow(RangeError);
  expect(() => clock.after(Number.NaN, () => undefined)).toThrow(RangeError);
});

test('ten thousand timers in random order fire in order of time', async () => {
  const clock = createVirtualClock();
  const seen: number[] = [];
  for (let index = 0; index < 10_000; index++) clock.after((index * 7919) % 10_007, () => seen.push(clock.nowMs()));
  await clock.advance(10_007);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  expect(seen).toHaveLength(10_000);
});
