import { expect, test } from 'vitest';
import { startFakeSite } from '../fake-site.ts';
import { count, move, read, refusalOf } from './group-commands.ts';

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
