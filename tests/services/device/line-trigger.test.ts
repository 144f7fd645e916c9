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

/** Two axes of one unit, started each by itself. */
function twoInOneUnit(parts: {
  readonly first: TriggerTicket['startAlone'];
  readonly second: TriggerTicket['startAlone'];
  readonly isSecondProved: boolean;
}): { readonly axes: ReadonlyMap<string, Axis>; readonly stopped: readonly string[] } {
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
  const axes = new Map([
    ['left', axisOf('left', parts.first, true)],
    ['right', axisOf('right', parts.second, parts.isSecondProved)],
  ]);
  return { axes, stopped };
}

test('the second axis of a unit that does not follow the first stops both: they are not called at rest', async () => {
  const clock = createVirtualClock();
  const { axes, stopped } = twoInOneUnit({
    first: async ({ beforeTrigger }) => {
      await beforeTrigger?.(new AbortController().signal);
      return clock.nowMs();
    },
    second: () => Promise.reject(new DriverError('NOT_VERIFIED', 'another velocity')),
    isSecondProved: false,
  });

  const started = await triggerTogether(
    { group: 9, drives: ['left', 'right'] },
    { axes, clock, broadcast: null, setpointMs: () => 10, fence: undefined },
  );

  expect(started).toMatchObject({ started: ['left'], notStarted: ['right'] });
  expect(stopped).toEqual(['left', 'right']);
});

test('the second axis of a unit is given the time of one set-point after the start, however long the first took', async () => {
  const clock = createVirtualClock();
  const dueMs = clock.nowMs() + 400;
  const untilMs: (number | undefined)[] = [];
  const { axes } = twoInOneUnit({
    first: async ({ beforeTrigger }) => {
      await beforeTrigger?.(new AbortController().signal);
      await clock.sleep(350);
      return clock.nowMs();
    },
    second: ({ notAfterMs }) => Promise.resolve(clock.nowMs()).finally(() => untilMs.push(notAfterMs)),
    isSecondProved: true,
  });
  const startAt = new Date(clock.unixMs() + 400).toISOString();

  const started = triggerTogether(
    { group: 9, drives: ['left', 'right'], startAt },
    { axes, clock, broadcast: null, setpointMs: () => 60, fence: undefined },
  );
  await clock.advance(1000);
  await started;

  expect(untilMs).toEqual([dueMs + 60]);
});
