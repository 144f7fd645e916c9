import { expect, test } from 'vitest';
import { startFakeSite } from '../fake-site.ts';
import { count, inMs, move, read } from './group-commands.ts';

test('both sides of a lift are armed, started by one frame, and arrive together', async () => {
  const site = await startFakeSite();

  const id = move(site, { 'lift-left': 110, 'lift-right': 120 });
  await site.clock.advance(5);
  expect(site.orchestrator.groups.state('lift').state).toBe('groupMoving');
  await site.clock.advance(3000);

  const done = read(site, id);
  expect(done.status).toBe('done');
  expect(done.plannedDurationMs).toBe(1650);
  expect(done.expectedSkewMs).toBeLessThan(0.1);
  expect(done.measuredStartSkewMs).toBe(0);
  expect(done.members.map(({ status, velocity, finalPosition }) => [status, velocity, finalPosition])).toEqual([
    ['done', 80, 110],
    ['done', 80, 120],
  ]);
  expect(site.triggers).toHaveLength(1);
  expect(site.triggers[0]).toMatchObject({ drives: ['lift-left', 'lift-right'] });
  expect(site.triggers[0]).not.toHaveProperty('startAt');
  expect(site.orders.filter(({ command }) => command === 'arm').map(({ body }) => body['group'])).toEqual([
    site.triggers[0]!.group,
    site.triggers[0]!.group,
  ]);
  expect(site.orchestrator.groups.state('lift').state).toBe('groupStandby');
});

test('the side with the shorter way goes slower, so that both end in the same instant', async () => {
  const site = await startFakeSite();

  const id = move(site, { 'lift-left': 110, 'lift-right': 70 });
  await site.clock.advance(3000);

  const [left, right] = read(site, id).members;
  expect(right!.velocity).toBeCloseTo(left!.velocity! / 2, 3);
  expect(Math.abs(right!.plannedDurationMs! - left!.plannedDurationMs!)).toBeLessThanOrEqual(1);
});

test('a member that is where it should be is not touched', async () => {
  const site = await startFakeSite();

  const id = move(site, { 'lift-left': 10, 'lift-right': 70 });
  await site.clock.advance(3000);

  expect(read(site, id).status).toBe('done');
  expect(site.told.some((line) => line.startsWith('lift-left'))).toBe(false);
});

test('when one member refuses to be armed, all are disarmed and none moves', async () => {
  const site = await startFakeSite();
  site.mishaps.refuseArm.add('lift-right');

  const id = move(site, { 'lift-left': 110, 'lift-right': 120 });
  await site.clock.advance(3000);

  const failed = read(site, id);
  expect(failed.status).toBe('failed');
  expect(failed.error).toMatchObject({ code: 'memberRefused', detail: expect.stringContaining('lift-right') });
  expect(count(site, 'trigger')).toBe(0);
  expect(site.told.filter((line) => line.endsWith('disarm'))).toEqual(['lift-left disarm', 'lift-right disarm']);
  expect(site.state('lift-left').position).toBe(10);
});

test('a start whose answer is lost stops every member, because some may be moving', async () => {
  const site = await startFakeSite();
  site.mishaps.loseTriggerAnswer.add('bench');

  const id = move(site, { 'lift-left': 110, 'lift-right': 120 });
  await site.clock.advance(3000);

  expect(read(site, id)).toMatchObject({ status: 'failed', error: { code: 'writeUnverified' } });
  expect(count(site, 'trigger')).toBe(1);
  expect(site.told.filter((line) => line.endsWith(' stop'))).toEqual(['lift-left stop', 'lift-right stop']);
  expect(site.orchestrator.groups.state('lift').state).toBe('groupStopping');
});

test('across lines all start at one agreed instant, a quarter of a second ahead', async () => {
  const site = await startFakeSite();

  const id = move(site, { 'lift-left': 110, curtain: 50 }, { group: 'all' });
  await site.clock.advance(100);
  expect(site.state('curtain').state).toBe('standstill');
  await site.clock.advance(4000);

  expect(read(site, id, 'all').status).toBe('done');
  expect(new Set(site.triggers.map(({ startAt }) => startAt)).size).toBe(1);
  expect(site.triggers).toHaveLength(2);
});

test('a line that hears the start too late stops the members of the other', async () => {
  const site = await startFakeSite();
  site.mishaps.tooLate.add('window');

  const id = move(site, { 'lift-left': 110, curtain: 50 }, { group: 'all' });
  await site.clock.advance(4000);

  expect(read(site, id, 'all')).toMatchObject({ status: 'failed', error: { code: 'startTooLate' } });
  expect(site.state('lift-left').state).toBe('stopping');
  expect(site.state('curtain').position).toBe(0);
});

test('a start that was asked for later happens then, and the lines hear of it only shortly before', async () => {
  const site = await startFakeSite();

  const id = move(site, { 'lift-left': 110, 'lift-right': 120 }, { startAt: inMs(site, 3000) });
  await site.clock.advance(2700);
  expect(site.triggers).toEqual([]);
  expect(read(site, id).members.map(({ status }) => status)).toEqual(['armed', 'armed']);
  await site.clock.advance(290);
  expect(site.state('lift-left').state).toBe('standstill');
  await site.clock.advance(15);
  expect(site.state('lift-left').state).toBe('discreteMotion');
  await site.clock.advance(2000);

  expect(read(site, id).status).toBe('done');
});

test('a member that was restarted after the plan was made is told the epoch of the plan', async () => {
  const site = await startFakeSite();
  const { registry } = site.orchestrator;
  const description = registry.entry('lift-left').description!;

  move(site, { 'lift-left': 110 });
  registry.learn('lift-left', { kind: 'description', description: { ...description, epoch: 'another-one' } });
  await site.clock.advance(10);

  expect(site.orders.find(({ command }) => command === 'arm')?.body['epoch']).toBe(description.epoch);
});
