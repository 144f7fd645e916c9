import { describe, expect, test } from 'vitest';
import { DriveCommands } from '../../../services/contracts/index.ts';
import type { TriggerTicket } from '../../../services/device/group-trigger.ts';
import { axisBench, codeOf, type AxisBench } from './axis-bench.ts';

/** Armed, and told to start together with others in 300 ms. */
async function armedAndTold(): Promise<{ bench: AxisBench; ticket: TriggerTicket }> {
  const bench = await axisBench();
  await bench.ready();
  await bench.run('arm', { position: 20, group: 7, armTtlMs: 5000 });
  const ticket = bench.axis.joinTrigger({ group: 7, startsInMs: 300, lease: undefined, fence: undefined });
  return { bench, ticket };
}

describe('arming', () => {
  test('a trigger starts exactly what was armed', async () => {
    const bench = await axisBench();
    await bench.ready();
    await bench.run('arm', { position: 20, group: 7, armTtlMs: 1000 });
    expect(bench.axis.state()).toMatchObject({ state: 'standstill', armed: { group: 7 } });
    expect(await codeOf(bench.axis.submit('move-absolute', { position: 1 }))).toBe('busy');

    const record = await bench.run('trigger', {});

    expect(record.resource()).toMatchObject({ status: 'done', result: { finalPosition: 20 } });
    expect(bench.axis.state().armed).toBeNull();
  });

  test('alone takes no part in any common start', async () => {
    const bench = await axisBench();
    await bench.ready();
    await bench.run('arm', { position: 20, armTtlMs: 1000 });
    expect(bench.axis.state()).toMatchObject({ armed: { group: null } });
    expect(bench.drive.armed).toMatchObject({ group: 65_535 });
    const join = async (): Promise<unknown> =>
      bench.axis.joinTrigger({ group: 7, startsInMs: 0, lease: undefined, fence: undefined });
    expect(await codeOf(join())).toBe('notArmed');

    const record = await bench.run('trigger', {});

    expect(record.resource()).toMatchObject({ status: 'done', result: { finalPosition: 20 } });
    expect(DriveCommands.arm.safeParse({ position: 1, armTtlMs: 1000, group: 65_535 }).success).toBe(false);
  });

  test('without a trigger the drive is disarmed in time, and a later trigger finds nothing', async () => {
    const bench = await axisBench();
    await bench.ready();
    await bench.run('arm', { position: 20, group: 7, armTtlMs: 300 });
    await bench.pass(500);

    expect(bench.drive.armed).toBeNull();
    expect(await codeOf(bench.axis.submit('trigger', {}))).toBe('notArmed');
  });

  test('a common start that was given up after its instant leaves nothing armed in the drive', async () => {
    const { bench, ticket } = await armedAndTold();
    ticket.begin();

    ticket.abandon('Nothing was started.');
    await bench.pass(100);

    expect(bench.drive.armed).toBeNull();
    expect(bench.drive.velocity).toBe(0);
  });

  test('a stop disarms, so that a later group trigger starts nothing', async () => {
    const bench = await axisBench();
    await bench.ready();
    await bench.run('arm', { position: 20, group: 7, armTtlMs: 5000 });

    await bench.run('stop', {});

    expect(bench.drive.armed).toBeNull();
    expect(bench.axis.state().armed).toBeNull();
  });

  test('a second stop does not drop the disarming of the first', async () => {
    const bench = await axisBench();
    await bench.ready();
    await bench.run('arm', { position: 20, group: 7, armTtlMs: 5000 });
    void bench.axis.stop('test');
    await bench.pass(bench.drive.latencyMs + 1);

    void bench.axis.stop('test, again');

    expect(bench.drive.stops).toBe(1);
    await bench.pass(100);
    expect(bench.drive.armed).toBeNull();
  });

  test('a start time in the past or after the arming ends is refused', async () => {
    const bench = await axisBench();
    await bench.ready();
    await bench.run('arm', { position: 20, group: 7, armTtlMs: 1000 });
    const at = (offsetMs: number): string => new Date(bench.clock.unixMs() + offsetMs).toISOString();

    expect(await codeOf(bench.axis.submit('trigger', { startAt: at(-1) }))).toBe('startTooLate');
    expect(await codeOf(bench.axis.submit('trigger', { startAt: at(2000) }))).toBe('armExpired');
    const record = await bench.axis.submit('trigger', { startAt: at(300) });
    await bench.pass(250);
    expect(bench.axis.state().position).toBe(0);
    await bench.pass(2000);
    expect(record.resource().status).toBe('done');
  });

  describe('for a common start that is waited for', () => {
    test('a disarming takes its part in it away', async () => {
      const { bench, ticket } = await armedAndTold();
      await bench.pass(100);

      const disarmed = await bench.run('disarm', {});

      expect(disarmed.resource().status).toBe('done');
      expect(ticket.stillWanted()).toBe(false);
      expect(bench.drive.armed).toBeNull();
      expect(bench.axis.command(ticket.commandId)?.resource()).toMatchObject({
        status: 'aborted',
        error: { code: 'superseded' },
      });
    });

    test('a disarming after the instant halts what may have begun', async () => {
      const { bench, ticket } = await armedAndTold();
      await bench.pass(300);
      ticket.begin();
      bench.drive.startArmed();
      await bench.pass(20);

      const disarmed = await bench.run('disarm', {});
      const restsAt = bench.axis.state().position;
      await bench.pass(1000);

      expect(disarmed.resource().status).toBe('done');
      expect(ticket.stillWanted()).toBe(false);
      expect(bench.axis.state()).toMatchObject({ state: 'standstill', moving: false, position: restsAt });
      expect(restsAt).toBeLessThan(20);
    });
  });
});
