import { expect, test } from 'vitest';
import { createVirtualClock, DriverError, type Clock } from '../../../drivers/base/index.ts';
import type { ExecuteOptions } from '../../../drivers/drive/index.ts';
import type { Axis } from '../../../services/device/axis.ts';
import type { TriggerTicket } from '../../../services/device/group-trigger.ts';
import { triggerTogether } from '../../../services/device/line-trigger.ts';

test('a common start that comes late because the process stood still starts nothing', async () => {
  const time = createVirtualClock();
  const standsStillMs = 120;
  const clock: Clock = { ...time, sleep: async (delayMs) => time.sleep(delayMs + standsStillMs) };
  const abandoned: string[] = [];
  const ticket: TriggerTicket = {
    drive: 'left',
    unit: 1,
    commandId: '018f7b2e-0000-4000-8000-000000000001',
    stillWanted: () => true,
    begin: () => undefined,
    startAlone: () => Promise.reject(new Error('it is started by a broadcast')),
    confirm: () => Promise.resolve(true),
    abandon: (detail) => void abandoned.push(detail),
  };
  const axis = { id: 'left', joinTrigger: () => ticket } as unknown as Axis;
  const broadcast = async (
    _group: number,
    { notAfterMs = Infinity }: ExecuteOptions,
  ): Promise<{ sentAtMs: number }> => {
    if (clock.nowMs() > notAfterMs) throw new DriverError('EXPIRED', 'not sent: too late');
    return Promise.resolve({ sentAtMs: clock.nowMs() });
  };
  const startAt = new Date(clock.unixMs() + 400).toISOString();

  const started = triggerTogether(
    { group: 9, drives: ['left'], startAt },
    { axes: new Map([['left', axis]]), clock, broadcast, setpointMs: () => 10, fence: undefined },
  );
  const outcome = Promise.allSettled([started]);
  await time.advance(1000);

  expect((await outcome)[0]).toMatchObject({ status: 'rejected', reason: { problem: { code: 'ttlExpired' } } });
  expect(abandoned).toHaveLength(1);
});

const refuses: TriggerTicket['startAlone'] = () => Promise.reject(new DriverError('NOT_VERIFIED', 'another velocity'));

test('the second axis of a unit that does not follow the first stops both: they are not called at rest', async () => {
  const clock = createVirtualClock();
  const stopped: string[] = [];
  const axisOf = (id: string, startAlone: TriggerTicket['startAlone'], confirm: boolean): Axis => {
    const ticket: TriggerTicket = {
      drive: id,
      unit: 1,
      commandId: '018f7b2e-0000-4000-8000-000000000001',
      stillWanted: () => true,
      begin: () => undefined,
      startAlone,
      confirm: () => Promise.resolve(confirm),
      abandon: () => undefined,
    };
    return { id, joinTrigger: () => ticket, stop: () => Promise.resolve(stopped.push(id)) } as unknown as Axis;
  };
  const starts: TriggerTicket['startAlone'] = async ({ beforeTrigger }) => {
    await beforeTrigger?.(new AbortController().signal);
    return clock.nowMs();
  };
  const axes = new Map([
    ['left', axisOf('left', starts, true)],
    ['right', axisOf('right', refuses, false)],
  ]);

  const started = await triggerTogether(
    { group: 9, drives: ['left', 'right'] },
    { axes, clock, broadcast: null, setpointMs: () => 10, fence: undefined },
  );

  expect(started).toMatchObject({ started: ['left'], notStarted: ['right'] });
  expect(stopped).toEqual(['left', 'right']);
});
