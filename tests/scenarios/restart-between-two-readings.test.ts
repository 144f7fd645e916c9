import { expect, test } from 'vitest';
import { startTwin } from '../support/twin-bench.ts';

// A unit that counts no boots, waited for so long that its silence is over before it has been asked in vain often enough
// to count as lost.
const unit = { adapterLatencyMs: 400 };
/** Its watchdog, which is off when it has booted. */
const FORGOTTEN = 0x2000;

test('a unit that was off between two readings is known by what it has forgotten, in both its motors', async () => {
  const { clock, left, right } = await startTwin(unit);

  left.machine.injectFault('reboot', { atMs: clock.nowMs() });
  await clock.advance(3000);

  expect([left, right].map(({ heard }) => heard.reboots)).toEqual([1, 1]);
  expect(left.heard.links).toMatchObject([
    { state: 'offline', reason: 'the drive was switched off and on' },
    { state: 'online' },
  ]);
});

test('a unit whose answer was only lost, for as long is asked what it holds, and was not off', async () => {
  const bench = await startTwin(unit);
  const { clock, line, left, right } = bench;
  await clock.advance(1000);
  const since = bench.mark();

  line.addMishap({ kind: 'drop', way: 'answer', count: 1 });
  await clock.advance(3000);

  expect(bench.frames(since).some(({ functionCode, address }) => functionCode === 3 && address === FORGOTTEN)).toBe(
    true,
  );
  expect([left, right].map(({ heard }) => [heard.reboots, heard.links])).toEqual([
    [0, []],
    [0, []],
  ]);
});
