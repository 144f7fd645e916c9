import { expect, test } from 'vitest';
import { Counts, createVirtualClock } from '../../../drivers/base/index.ts';
import { createDrive, createGroupTrigger } from '../../../drivers/drive/index.ts';
import { always, listen, profile, settleOn } from './bench.ts';
import { FakeDrive } from './fake-drive.ts';
import { FakeLine } from './fake-line.ts';

async function threeDrives() {
  const clock = createVirtualClock();
  const line = new FakeLine(clock);
  const sides = [1, 2, 3].map((unit) => {
    const machine = new FakeDrive(profile, clock);
    line.drives.set(unit, machine);
    const drive = createDrive({ line, unit, profile, clock, watchdogMs: 500, quickStopDeceleration: 1000 });
    drive.start(listen());
    return { machine, drive };
  });
  await clock.advance(200);
  for (const { drive } of sides) await settleOn(clock, drive.execute({ kind: 'enable' }, always));
  const arm = async (index: number, group: number): Promise<void> => {
    const setpoint = { target: Counts(1000 * group), velocity: 1000, acceleration: 1000, deceleration: 1000 };
    await settleOn(clock, sides[index]!.drive.execute({ kind: 'arm', group, ...setpoint }, always));
  };
  return { clock, line, sides, arm, trigger: createGroupTrigger({ line, profile, clock }) };
}

test('one broadcast starts every drive armed for the group, and no other', async () => {
  const { clock, line, sides, arm, trigger } = await threeDrives();
  await arm(0, 4);
  await arm(1, 4);
  await arm(2, 5);

  const { sentAtMs } = await settleOn(clock, trigger(4, always));

  expect(sides.map(({ machine }) => machine.motions)).toEqual([['to 4000'], ['to 4000'], []]);
  expect(line.frames.filter(({ lane }) => lane === 'trigger').map(({ unit, atMs }) => [unit, atMs])).toEqual([
    [0, sentAtMs],
  ]);
});

test('a drive that was stopped after arming is not started by the trigger', async () => {
  const { clock, sides, arm, trigger } = await threeDrives();
  await arm(0, 4);
  await arm(1, 4);

  await settleOn(clock, sides[0]!.drive.stop());
  await settleOn(clock, trigger(4, always));

  expect(sides.map(({ machine }) => machine.motions.length)).toEqual([0, 1, 0]);
});

test('a trigger that is too late or no longer wanted starts nothing', async () => {
  const { clock, sides, arm, trigger } = await threeDrives();
  await arm(0, 4);

  await expect(settleOn(clock, trigger(4, { ...always, notAfterMs: clock.nowMs() - 1 }))).rejects.toMatchObject({
    code: 'EXPIRED',
  });
  await expect(settleOn(clock, trigger(4, { stillWanted: () => false }))).rejects.toMatchObject({ code: 'FENCED' });

  expect(sides[0]!.machine.motions).toEqual([]);
});
