import { expect, test } from 'vitest';
import { Counts, createVirtualClock } from '../../../drivers/base/index.ts';
import { createBroadcastStop, createDrive } from '../../../drivers/drive/index.ts';
import { shippedProfile } from '../../../drivers/profile/index.ts';
import { always, listen, profile, settleOn } from './bench.ts';
import { FakeDrive } from './fake-drive.ts';
import { FakeLine } from './fake-line.ts';

test('one frame stops every drive of the model', async () => {
  const clock = createVirtualClock();
  const line = new FakeLine(clock);
  const machines = [1, 2].map(() => new FakeDrive(profile, clock));
  for (const [index, machine] of machines.entries()) {
    const unit = index + 1;
    line.drives.set(unit, machine);
    const drive = createDrive({ line, unit, profile, clock, watchdogMs: 500, quickStopDeceleration: 1000 });
    drive.start(listen());
    await clock.advance(200);
    await settleOn(clock, drive.execute({ kind: 'enable' }, always));
    const setpoint = { target: Counts(90_000), velocity: 1000, acceleration: 1000, deceleration: 1000 };
    await settleOn(clock, drive.execute({ kind: 'moveTo', ...setpoint }, always));
  }

  const stop = createBroadcastStop(line, profile)!;
  // by two ways at once
  await settleOn(clock, Promise.all([stop(), stop()]));

  expect(machines.map(({ power }) => power)).toEqual(['quickStop', 'quickStop']);
  expect(line.frames.filter(({ lane }) => lane === 'stop').map(({ unit }) => unit)).toEqual([0]);
});

test.each([
  ['does not obey broadcasts', 'kinco-fd5p'],
  ['stops differently when nothing is known of it, without a ramp', 'mks-servo42d-57d'],
])('a model that %s has none', (_why, id) => {
  expect(createBroadcastStop(new FakeLine(createVirtualClock()), shippedProfile(id))).toBeNull();
});
