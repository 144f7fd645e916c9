import { expect, test } from 'vitest';
import { Refusal, type GroupCommandResource } from '../../../services/contracts/index.ts';
import { startFakeSite, type FakeSite } from './fake-site.ts';

/** `group` of the order is lift unless told; everything else goes into the body. */
const move = (
  site: FakeSite,
  targets: Record<string, number>,
  { group = 'lift', ...more }: { group?: string; id?: string; durationMs?: number; startAt?: string } = {},
): string => site.orchestrator.groups.submit({ group, command: 'move', body: { targets, ...more } }).id;
const read = (site: FakeSite, id: string, group = 'lift'): GroupCommandResource =>
  site.orchestrator.groups.read(group, id);
const count = (site: FakeSite, what: string): number => site.told.filter((line) => line.endsWith(` ${what}`)).length;
const refusalOf = (act: () => unknown): Refusal['problem'] => {
  try {
    act();
  } catch (error) {
    if (error instanceof Refusal) return error.problem;
    throw error;
  }
  throw new Error('nothing was refused');
};

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

test('a member that faults in the middle of the move stops the other at once', async () => {
  const site = await startFakeSite();

  const id = move(site, { 'lift-left': 110, 'lift-right': 120 });
  await site.clock.advance(500);
  site.say('lift-left', { state: 'errorStop', moving: false });
  await site.clock.advance(1);

  expect(site.state('lift-right').state).toBe('stopping');
  expect(read(site, id)).toMatchObject({ status: 'failed', error: { code: 'fault' } });
  expect(read(site, id).error!.detail).toContain('lift-left');
});

test('where the site file says so, the other goes on without a faulted member', async () => {
  const site = await startFakeSite('ignore');

  const id = move(site, { 'lift-left': 110, 'lift-right': 120 });
  await site.clock.advance(500);
  site.fault('lift-left');
  await site.clock.advance(4000);

  expect(site.state('lift-right').position).toBe(120);
  expect(count(site, 'stop')).toBe(0);
  expect(read(site, id).status).toBe('failed');
});

test('a member whose process dies in the middle of the move stops the others', async () => {
  const site = await startFakeSite();

  const id = move(site, { 'lift-left': 110, curtain: 50 }, { group: 'all' });
  await site.clock.advance(600);
  site.kill('window');
  await site.clock.advance(5);

  expect(site.state('lift-left').state).toBe('stopping');
  // the dead one is asked to stop a few times more: it may just be restarting
  await site.clock.advance(1000);
  expect(read(site, id, 'all').error!.detail).toContain('curtain');
});

test('with the broker gone as well, the dead process is noticed by reading its command', async () => {
  const site = await startFakeSite();

  move(site, { 'lift-left': 110, curtain: 50 }, { group: 'all' });
  await site.clock.advance(600);
  site.broker.setOnline(false);
  site.mishaps.dead.add('window');
  await site.clock.advance(250);

  expect(site.state('lift-left').state).toBe('stopping');
});

test('without the broker a group still moves, followed by reading its commands', async () => {
  const site = await startFakeSite();
  site.broker.setOnline(false);

  const id = move(site, { 'lift-left': 110, 'lift-right': 120 });
  await site.clock.advance(3000);

  expect(read(site, id).status).toBe('done');
});

test('halt ends the move of all members without latching them', async () => {
  const site = await startFakeSite();

  const id = move(site, { 'lift-left': 110, 'lift-right': 120 });
  await site.clock.advance(500);
  site.orchestrator.groups.submit({ group: 'lift', command: 'halt', body: {} });
  await site.clock.advance(10);

  expect(read(site, id)).toMatchObject({ status: 'aborted', error: { code: 'superseded' } });
  expect(site.state('lift-left').state).toBe('standstill');
  expect(count(site, 'stop')).toBe(0);
});

test('a halt that comes while a common start is on its way waits for it and ends it', async () => {
  const site = await startFakeSite();

  move(site, { 'lift-left': 110, curtain: 50 }, { group: 'all' });
  await site.clock.advance(100);
  site.orchestrator.groups.submit({ group: 'all', command: 'halt', body: {} });
  await site.clock.advance(400);

  expect(site.state('lift-left').state).toBe('standstill');
  expect(site.told.indexOf('lift-left halt')).toBeGreaterThan(site.told.indexOf('bench trigger'));
  await site.clock.advance(4000);
  expect(site.state('lift-left').position).toBe(10);
});

test('a stop while a common start is on its way leaves no member moving', async () => {
  const site = await startFakeSite();

  const id = move(site, { 'lift-left': 110, curtain: 50 }, { group: 'all' });
  await site.clock.advance(100);
  await site.orchestrator.stopAll();
  await site.clock.advance(4000);

  expect(read(site, id, 'all').status).toBe('aborted');
  expect(site.state('lift-left')).toMatchObject({ state: 'stopping', position: 10 });
  expect(site.state('curtain').position).toBe(0);
});

test('a second move is refused while the first runs, and a repeated one is answered with its record', async () => {
  const site = await startFakeSite();
  const id = '6f1b2c3d-0000-4000-8000-000000000001';

  move(site, { 'lift-left': 110 }, { id });
  expect(refusalOf(() => move(site, { 'lift-left': 50 })).code).toBe('busy');
  expect(move(site, { 'lift-left': 110 }, { id })).toBe(id);
  expect(refusalOf(() => move(site, { 'lift-left': 90 }, { id })).code).toBe('duplicateId');
  await site.clock.advance(3000);

  expect(count(site, 'trigger')).toBe(1);
});

test('what was refused is refused when it comes again, although the group could do it by then', async () => {
  const site = await startFakeSite();
  const id = '6f1b2c3d-0000-4000-8000-000000000002';
  move(site, { 'lift-left': 110 });
  expect(refusalOf(() => move(site, { 'lift-left': 50 }, { id })).code).toBe('busy');
  await site.clock.advance(3000);

  expect(refusalOf(() => move(site, { 'lift-left': 50 }, { id })).code).toBe('busy');
  await site.clock.advance(3000);

  expect(count(site, 'trigger')).toBe(1);
});

test('a target beyond the range is refused and the member named', async () => {
  const site = await startFakeSite();

  const refused = refusalOf(() => move(site, { 'lift-left': 401 }));

  expect(refused).toMatchObject({ code: 'memberRefused', errors: [{ drive: 'lift-left', code: 'softLimit' }] });
  expect(refused.detail).toContain('from 0 to 400 mm');
});

const up = { targets: { 'lift-left': 110 } };
test.each([
  ['a drive of another group', { targets: { curtain: 10 } }, 'invalidValue'],
  ['no target at all', { targets: {} }, 'invalidValue'],
  ['a time in which it cannot be done', { ...up, durationMs: 200 }, 'durationInfeasible'],
  ['a common time without keeping together', { ...up, sync: 'none', durationMs: 9000 }, 'invalidValue'],
  ['an unknown field', { ...up, speed: 3 }, 'unknownField'],
  ['a command that is too old', { ...up, issuedAt: '2020-01-01T00:00:00.000Z' }, 'ttlExpired'],
])('%s is refused before anything is sent', async (_what, body, code) => {
  const site = await startFakeSite();

  expect(refusalOf(() => site.orchestrator.groups.submit({ group: 'lift', command: 'move', body })).code).toBe(code);
  expect(site.told).toEqual([]);
});

test.each([
  ['disabled', 'notEnabled'],
  ['stopping', 'stopLatched'],
  ['errorStop', 'errorStop'],
  ['homing', 'homingActive'],
  ['discreteMotion', 'busy'],
  ['unknown', 'unknownState'],
] as const)('a member that is %s cannot take part', async (state, code) => {
  const site = await startFakeSite();
  site.say('lift-right', { state });
  await site.clock.advance(1);

  const refused = refusalOf(() => move(site, { 'lift-left': 110, 'lift-right': 120 }));

  expect(refused).toMatchObject({ code: 'memberRefused', errors: [{ drive: 'lift-right', code }] });
});

test('a member that must be homed and is not cannot take part', async () => {
  const site = await startFakeSite();
  site.say('lift-right', { homed: false });
  await site.clock.advance(1);

  const refused = refusalOf(() => move(site, { 'lift-left': 110, 'lift-right': 120 }));

  expect(refused.errors).toMatchObject([{ drive: 'lift-right', code: 'notHomed' }]);
});

test('a requested duration is kept by every member', async () => {
  const site = await startFakeSite();

  const id = move(site, { 'lift-left': 110, 'lift-right': 70 }, { durationMs: 5000 });
  await site.clock.advance(4000);
  expect(read(site, id).status).toBe('active');
  await site.clock.advance(1100);

  expect(read(site, id)).toMatchObject({ status: 'done' });
  for (const member of read(site, id).members) expect(Math.abs(member.plannedDurationMs! - 5000)).toBeLessThan(5);
});

const inMs = (site: FakeSite, ms: number): string => new Date(site.clock.unixMs() + ms).toISOString();

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

test('a halt while a start is waited for disarms every member, and none moves', async () => {
  const site = await startFakeSite();

  const id = move(site, { 'lift-left': 110, 'lift-right': 120 }, { startAt: inMs(site, 3000) });
  await site.clock.advance(1000);
  site.orchestrator.groups.submit({ group: 'lift', command: 'halt', body: {} });
  await site.clock.advance(5000);

  expect(read(site, id).status).toBe('aborted');
  expect(site.triggers).toEqual([]);
  expect(count(site, 'disarm')).toBe(2);
});

test.each([
  ['has passed', -1, 'startTooLate'],
  ['is too near to arm everybody', 200, 'startTooLate'],
  ['is farther away than armed drives wait', 21_000, 'invalidValue'],
])('a start that %s is refused', async (_what, ms, code) => {
  const site = await startFakeSite();

  expect(refusalOf(() => move(site, { 'lift-left': 110 }, { startAt: inMs(site, ms) })).code).toBe(code);
});

test('a drive that takes only a share of every velocity is asked for so much more', async () => {
  const site = await startFakeSite();
  site.say('lift-right', { override: 0.5 });
  await site.clock.advance(1);

  const id = move(site, { 'lift-left': 110, 'lift-right': 120 });
  await site.clock.advance(10);

  // both go at 40 mm/s, because one of them can go no faster
  expect(read(site, id).members.map(({ velocity }) => velocity)).toEqual([40, 40]);
  const asked = site.orders.filter(({ command }) => command === 'arm').map(({ body }) => body['velocity']);
  expect(asked).toEqual([40, 80]);
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

test('a stop goes by message as well, for the process that does not answer', async () => {
  const site = await startFakeSite();
  const stops: string[] = [];
  site.observer.subscribe('kmotion/drives/+/commands/stop', ({ topic }) => void stops.push(topic.split('/')[2]!));
  site.mishaps.loseTriggerAnswer.add('bench');

  move(site, { 'lift-left': 110, 'lift-right': 120 });
  await site.clock.advance(3000);

  expect(stops.toSorted()).toEqual(['lift-left', 'lift-right']);
});

test('a member that does not hear the halt is stopped, and a stop that is lost is sent again', async () => {
  const site = await startFakeSite();
  move(site, { 'lift-left': 110, 'lift-right': 120 });
  await site.clock.advance(500);
  site.mishaps.lose.push('lift-left halt', 'lift-left stop');
  site.orchestrator.groups.submit({ group: 'lift', command: 'halt', body: {} });
  await site.clock.advance(300);

  expect(site.state('lift-left')).toMatchObject({ state: 'stopping' });
  expect(site.state('lift-right')).toMatchObject({ state: 'standstill', stopLatched: false });
});

test('the members home step by step in the order given', async () => {
  const site = await startFakeSite();
  const order = [['curtain'], ['lift-right', 'lift-left']];

  const { id } = site.orchestrator.groups.submit({ group: 'all', command: 'home', body: { order } });
  await site.clock.advance(1000);

  expect(read(site, id, 'all').status).toBe('done');
  expect(site.told.filter((line) => line.endsWith(' home'))).toEqual([
    'curtain home',
    'lift-right home',
    'lift-left home',
  ]);
});

test('a step that fails is the last: the drives behind it are not homed', async () => {
  const site = await startFakeSite();
  site.mishaps.lose.push('curtain home');

  const { id } = site.orchestrator.groups.submit({
    group: 'all',
    command: 'home',
    body: { order: [['curtain'], ['lift-left', 'lift-right']] },
  });
  await site.clock.advance(1000);

  expect(read(site, id, 'all').members.map(({ status }) => status)).toEqual(['waiting', 'waiting', 'refused']);
  expect(count(site, 'home')).toBe(1);
});

test.each([
  ['forgets a member', [['lift-left']], 'lift-right is missing'],
  ['names one twice', [['lift-left', 'lift-right'], ['lift-left']], 'lift-left comes twice'],
  ['names a stranger', [['lift-left', 'lift-right', 'curtain']], 'curtain is no member'],
])('an order that %s is refused', async (_what, order, why) => {
  const site = await startFakeSite();

  const refused = refusalOf(() => site.orchestrator.groups.submit({ group: 'lift', command: 'home', body: { order } }));

  expect(refused.code).toBe('invalidValue');
  expect(refused.detail).toContain(why);
});

test('members that only start one after the other farther apart than the group allows are refused', async () => {
  const site = await startFakeSite('stop', { groupTrigger: false, maxStartSkewMs: 10 });

  const refused = refusalOf(() => move(site, { 'lift-left': 110, 'lift-right': 120 }));

  expect(refused).toMatchObject({ code: 'unsupported', limit: 10, actual: 15 });
  expect(site.told).toEqual([]);
});

test('without a common trigger the second is given less time, and the plan says so', async () => {
  const site = await startFakeSite('stop', { groupTrigger: false });

  const { id } = site.orchestrator.groups.submit({
    group: 'lift',
    command: 'move',
    body: { targets: { 'lift-left': 110, 'lift-right': 70 } },
  });

  const { expectedStartSkewMs, expectedSkewMs } = read(site, id);
  expect(expectedStartSkewMs).toBe(15);
  expect(expectedSkewMs).toBeLessThan(1);
});

test('members that started farther apart than allowed are stopped', async () => {
  const site = await startFakeSite();
  site.mishaps.apartMs = 25;

  const id = move(site, { 'lift-left': 110, 'lift-right': 120 });
  await site.clock.advance(3000);

  expect(read(site, id)).toMatchObject({ status: 'failed', error: { code: 'startTooLate' } });
  expect(read(site, id).error?.detail).toContain('25 ms apart');
  expect(count(site, 'stop')).toBe(2);
});

test('the answer tells how far apart the members came to rest', async () => {
  const site = await startFakeSite();

  const { id } = site.orchestrator.groups.submit({
    group: 'lift',
    command: 'move',
    body: { targets: { 'lift-left': 110, 'lift-right': 70 }, sync: 'none' },
  });
  await site.clock.advance(3000);

  const { measuredArrivalSkewMs, expectedSkewMs } = read(site, id);
  expect(expectedSkewMs).toBeGreaterThan(500);
  expect(Math.abs(measuredArrivalSkewMs! - expectedSkewMs!)).toBeLessThanOrEqual(1);
});

const gear = { leader: 'lift-left', followers: { 'lift-right': 2 } };
const table = [
  [0, 0],
  [100, 50],
];
test.each([
  ['gear', gear],
  ['cam', { leader: 'lift-left', follower: 'lift-right', table }],
] as const)('a %s in software is refused with what the line would take', async (command, body) => {
  const site = await startFakeSite();

  const refused = refusalOf(() => site.orchestrator.groups.submit({ group: 'lift', command, body }));

  expect(refused).toMatchObject({ code: 'unsupported', status: 422, actual: 48 });
  // 24 ms for each of two drives on one line, and 80 mm/s of the leader
  expect(refused.detail).toContain('48 ms');
  expect(refused.detail).toContain('3.84 mm behind');
  expect(site.told).toEqual([]);
});

test('what follows a drive over a network is refused too, without a figure that nobody knows', async () => {
  const site = await startFakeSite();
  const { registry } = site.orchestrator;
  const description = { ...registry.entry('lift-left').description!, setpointMs: null };
  registry.learn('lift-left', { kind: 'description', description });

  const refused = refusalOf(() => site.orchestrator.groups.submit({ group: 'lift', command: 'gear', body: gear }));

  expect(refused.code).toBe('unsupported');
  expect(refused.detail).not.toMatch(/\d+ ms/);
});

test('a gear to a drive of another group is a mistake of another kind', async () => {
  const site = await startFakeSite();
  const body = { leader: 'lift-left', followers: { curtain: 1 } };

  expect(refusalOf(() => site.orchestrator.groups.submit({ group: 'lift', command: 'gear', body })).code).toBe(
    'invalidValue',
  );
});
