import { expect, test } from 'vitest';
import { Counts } from '../../../drivers/base/index.ts';
import type { DriveIntent } from '../../../drivers/drive/index.ts';
import { shippedProfile } from '../../../drivers/profile/index.ts';
import { startFamily, type FamilyBench } from '../../support/family-bench.ts';
import { always } from './bench.ts';

// A set-point in two parts, on a drive that has no way of its own to be armed.

const profile = shippedProfile('leadshine-pr-rs');
const moveTo: DriveIntent = {
  kind: 'moveTo',
  target: Counts(40_000),
  velocity: 50_000,
  acceleration: 200_000,
  deceleration: 200_000,
};
const WRITES = new Set([6, 16]);

async function prepared(): Promise<FamilyBench> {
  const bench = await startFamily(profile);
  await bench.run({ kind: 'enable' });
  await bench.settle(bench.drive.execute(moveTo, { ...always, part: 'prepare' }));
  return bench;
}

const writes = (bench: FamilyBench, since: number) =>
  bench.frames(since).filter(({ functionCode }) => WRITES.has(functionCode));

test('prepare writes and reads back all but the trigger, and nothing moves', async () => {
  const bench = await prepared();
  await bench.clock.advance(2000);

  expect(bench.motions()).toEqual([]);
});

test('commit reads back what was prepared, writes the trigger alone, and the drive goes there', async () => {
  const bench = await prepared();
  const since = bench.mark();

  await bench.settle(bench.drive.execute(moveTo, { ...always, part: 'commit' }));

  expect(writes(bench, since)).toHaveLength(1);
  await bench.clock.advance(3000);
  expect(Math.round(bench.machine.plant().position)).toBe(40_000);
});

test('commit starts nothing when somebody else has written another velocity since', async () => {
  const bench = await prepared();
  const velocity = profile.registers.profileVelocity!;
  await bench.settle(bench.drive.writeRegister(velocity.address, 7));
  const since = bench.mark();

  const commit = bench.settle(bench.drive.execute(moveTo, { ...always, part: 'commit' }));

  await expect(commit).rejects.toMatchObject({ code: 'NOT_VERIFIED', executed: 'no' });
  expect(writes(bench, since)).toEqual([]);
  expect(bench.motions()).toEqual([]);
});

test('the trigger waits for what it is told to wait for, and a stop ends the waiting', async () => {
  const bench = await prepared();
  let ready = 0;
  const beforeTrigger = async (signal: AbortSignal): Promise<void> => {
    ready++;
    await bench.clock.sleep(60_000, signal);
  };
  const commit = bench.drive.execute(moveTo, { ...always, part: 'commit', beforeTrigger });
  const outcome = commit.catch((error: unknown) => error);
  await bench.clock.advance(1000);
  expect(ready).toBe(1);
  expect(bench.motions()).toEqual([]);

  await bench.settle(bench.drive.stop());

  expect(await bench.settle(outcome)).toMatchObject({ executed: 'no' });
  await bench.clock.advance(60_000);
  expect(bench.motions()).toEqual([]);
});
