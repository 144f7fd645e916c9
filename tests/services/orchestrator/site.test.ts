import { expect, test } from 'vitest';
import {
  GroupReport,
  GroupStateMessage,
  SiteMessage,
  StreamSnapshot,
  topicsOf,
  type StopReport,
} from '../../../services/contracts/index.ts';
import type { IncomingMessage } from '../../../services/platform/bus/index.ts';
import { startFakeSite, type FakeSite } from './fake-site.ts';

const topics = topicsOf('kmotion');

/** What an observer on the bus has heard on a topic, oldest first. */
function hear(site: FakeSite, filter: string): IncomingMessage[] {
  const heard: IncomingMessage[] = [];
  site.observer.subscribe(filter, (message) => heard.push(message));
  return heard;
}
const settled = (site: FakeSite): Promise<void> => site.clock.advance(10);
const last = (messages: readonly IncomingMessage[]): unknown => JSON.parse(messages.at(-1)!.payload);

test('a site whose drives are all there is ready and says so in words that fit the contract', async () => {
  const site = await startFakeSite();

  expect(site.orchestrator.readiness()).toEqual({ ready: true, reasons: [] });
  const message = SiteMessage.parse(site.orchestrator.siteMessage());
  expect(message.drives.map(({ availability }) => availability)).toEqual(['online', 'online', 'online']);
  expect(message.groups[0]).toEqual({ group: 'lift', drives: ['lift-left', 'lift-right'], state: 'groupStandby' });
  expect(StreamSnapshot.parse(site.orchestrator.snapshot()).states).toHaveLength(3);
});

test('the password of the broker never leaves in the site message', async () => {
  const site = await startFakeSite();

  expect(site.orchestrator.siteMessage().mqtt.url).toBe('mqtt://127.0.0.1:1883');
});

test('a dead process makes its drives unknown at once, and readiness names them', async () => {
  const site = await startFakeSite();

  site.kill('window');
  await settled(site);

  expect(site.orchestrator.registry.axisState('curtain')).toBe('unknown');
  expect(site.orchestrator.registry.axisState('lift-left')).toBe('standstill');
  expect(site.orchestrator.readiness().reasons).toEqual([
    'drive curtain: the device process of line window is not there',
  ]);
  expect(site.orchestrator.groups.state('all').state).toBe('unknown');
});

test('a drive that has been silent for longer than states may be apart is not known any more', async () => {
  const site = await startFakeSite();

  await site.clock.advance(41_000);

  expect(site.orchestrator.registry.axisState('lift-left')).toBe('unknown');
});

test('with the broker down the processes are asked directly, and readiness says what still works', async () => {
  const site = await startFakeSite();

  site.broker.setOnline(false);
  await site.clock.advance(60_000);

  expect(site.orchestrator.registry.axisState('lift-left')).toBe('standstill');
  expect(site.orchestrator.readiness().reasons[0]).toContain('stop works over REST');
});

test('a process that dies while the broker is down is noticed, and again when it is back', async () => {
  const site = await startFakeSite();
  site.broker.setOnline(false);

  site.mishaps.dead.add('window');
  await site.clock.advance(1000);
  expect(site.orchestrator.registry.axisState('curtain')).toBe('unknown');
  site.mishaps.dead.delete('window');
  await site.clock.advance(1000);

  expect(site.orchestrator.registry.axisState('curtain')).toBe('standstill');
});

test('a message that breaks the contract is dropped and the last good one stays', async () => {
  const site = await startFakeSite();

  site.observer.publish(topics.driveState('lift-left'), '{"drive":"lift-left","position":"12"}');
  site.observer.publish(topics.driveState('lift-left'), 'no json');
  await settled(site);

  expect(site.orchestrator.registry.entry('lift-left').state?.position).toBe(10);
});

test('a drive that the site file does not name is none of ours', async () => {
  const site = await startFakeSite();

  const { state } = site.orchestrator.registry.entry('lift-left');
  site.observer.publish(topics.driveState('stranger'), JSON.stringify({ ...state, drive: 'stranger' }));
  await settled(site);

  expect([...site.orchestrator.registry.entries().keys()]).toEqual(['lift-left', 'lift-right', 'curtain']);
});

test('stop for all reaches every process by REST and by message', async () => {
  const site = await startFakeSite();
  const messages = hear(site, topics.stopAll);

  const report = await site.orchestrator.stopAll();
  await settled(site);

  expect(report).toMatchObject({ allConfirmed: true, unconfirmed: [], unreachable: [] });
  expect(report.confirmed.toSorted()).toEqual(['curtain', 'lift-left', 'lift-right']);
  expect(site.told.filter((line) => line.endsWith('stop-all'))).toEqual(['bench stop-all', 'window stop-all']);
  expect(messages).toHaveLength(1);
  expect(messages[0]!.retained).toBe(false);
});

test('a dead process is unreachable in the report and holds the others up by nothing', async () => {
  const site = await startFakeSite();
  site.kill('window');

  const report = await site.orchestrator.stopAll();

  expect(report).toMatchObject({ allConfirmed: false, unreachable: ['curtain'] });
  expect(site.state('lift-left').state).toBe('stopping');
});

test('with the broker down stop for all works over REST', async () => {
  const site = await startFakeSite();
  site.broker.setOnline(false);

  expect((await site.orchestrator.stopAll()).allConfirmed).toBe(true);
});

test('a stop for all that somebody else publishes ends the running group command', async () => {
  const site = await startFakeSite();
  const { id } = site.orchestrator.groups.submit({
    group: 'lift',
    command: 'move',
    body: { targets: { 'lift-left': 110 } },
  });
  await site.clock.advance(100);

  site.observer.publish(topics.stopAll, '{}');
  await settled(site);

  expect(site.orchestrator.groups.read('lift', id).status).toBe('aborted');
});

test('enable reaches every member, and a member that refuses is named', async () => {
  const site = await startFakeSite();
  const { id } = site.orchestrator.groups.submit({ group: 'all', command: 'disable', body: {} });
  await settled(site);
  expect(site.orchestrator.groups.read('all', id).status).toBe('done');
  expect(site.orchestrator.groups.state('all').state).toBe('groupDisabled');

  site.kill('window');
  const enabled = site.orchestrator.groups.submit({ group: 'all', command: 'enable', body: {} });
  await settled(site);

  const resource = site.orchestrator.groups.read('all', enabled.id);
  expect(resource.status).toBe('failed');
  expect(resource.members.map(({ drive, status }) => [drive, status])).toEqual([
    ['lift-left', 'done'],
    ['lift-right', 'done'],
    ['curtain', 'refused'],
  ]);
});

test('a group is moved by message, and the result answers the asker and everybody', async () => {
  const site = await startFakeSite();
  const results = hear(site, topics.groupResults('lift'));
  const replies = hear(site, 'my/answers');

  site.observer.publish(topics.groupCommand('lift', 'move'), '{"targets":{"lift-left":20,"lift-right":30}}', {
    replyTo: 'my/answers',
    correlation: new Uint8Array([1, 2]),
  });
  await site.clock.advance(2000);

  expect(GroupReport.parse(last(results))).toMatchObject({ group: 'lift', command: 'move', status: 'done' });
  expect(replies).toHaveLength(1);
});

test.each([
  { what: 'a retained command', command: 'move', payload: '{"targets":{"lift-left":20}}', code: 'retainedCommand' },
  { what: 'text that is no JSON', command: 'move', payload: 'up!', code: 'malformed' },
  { what: 'a command that groups do not have', command: 'jump', payload: '{}', code: 'notFound' },
  { what: 'an unknown field', command: 'enable', payload: '{"now":true}', code: 'unknownField' },
])('$what is refused on the results topic and nothing is sent', async ({ command, payload, code }) => {
  const site = await startFakeSite();
  const results = hear(site, topics.groupResults('lift'));

  site.observer.publish(topics.groupCommand('lift', command), payload, { retain: code === 'retainedCommand' });
  await settled(site);

  expect(GroupReport.parse(last(results))).toMatchObject({ command, status: 'refused', error: { code } });
  expect(site.told).toEqual([]);
});

test('a refusal carries the id of the command it refuses', async () => {
  const site = await startFakeSite();
  const results = hear(site, topics.groupResults('lift'));
  const id = '6f1b2c3d-0000-4000-8000-000000000002';

  site.observer.publish(topics.groupCommand('lift', 'enable'), JSON.stringify({ id, now: true }));
  await settled(site);

  expect(last(results)).toMatchObject({ id, status: 'refused' });
});

test('group state and site are retained, and published again when the broker is back', async () => {
  const site = await startFakeSite();
  const groups = hear(site, topics.groupState('lift'));
  const sites = hear(site, topics.site);
  await site.clock.advance(1000);
  expect(GroupStateMessage.parse(last(groups)).state).toBe('groupStandby');
  expect(SiteMessage.parse(last(sites)).ready).toBe(true);
  const before = groups.length;

  site.broker.setOnline(false);
  site.broker.setOnline(true);
  await settled(site);

  expect(groups.length).toBeGreaterThan(before);
  expect(groups.every(({ retained }) => retained)).toBe(true);
});

test('the stream tells states, groups and the site as they change', async () => {
  const site = await startFakeSite();
  const events: string[] = [];
  site.orchestrator.onNews(({ event }) => events.push(event));

  site.orchestrator.groups.submit({ group: 'lift', command: 'move', body: { targets: { 'lift-left': 20 } } });
  await site.clock.advance(2000);
  site.kill('window');
  await settled(site);

  expect(new Set(events)).toEqual(new Set(['state', 'group', 'command', 'group-command', 'site']));
});

test('after closing nothing is asked, published or polled any more', async () => {
  const site = await startFakeSite();
  const heard = hear(site, 'kmotion/groups/#');
  site.orchestrator.close();
  await settled(site);
  const [told, published] = [site.told.length, heard.length];

  site.broker.setOnline(false);
  site.say('lift-left', { state: 'errorStop' });
  await site.clock.advance(5000);

  expect([site.told.length, heard.length]).toEqual([told, published]);
});

test('no report counts a drive as confirmed that its own process did not name', async () => {
  const { joinStopReports } = await import('../../../services/orchestrator/domain/stop-report.ts');
  const answer: StopReport = { allConfirmed: true, confirmed: ['a'], unconfirmed: [], unreachable: [], durationMs: 3 };

  const joined = joinStopReports(
    [
      { drives: ['a', 'b'], answer },
      { drives: ['c'], answer: 'unanswered' },
      { drives: ['d'], answer: 'unreachable' },
    ],
    12,
  );

  expect(joined).toEqual({
    allConfirmed: false,
    confirmed: ['a'],
    unconfirmed: ['b', 'c'],
    unreachable: ['d'],
    durationMs: 12,
  });
});

test('what changes together is told in two messages about the site, at once and with all of it', async () => {
  const site = await startFakeSite();
  await site.clock.advance(1000);
  const heard = hear(site, topics.site);
  await site.clock.advance(1);
  // What was retained.
  heard.splice(0);

  site.kill('bench');
  site.kill('window');
  await site.clock.advance(1);
  expect(heard.length).toBe(1);
  await site.clock.advance(1000);
  expect(heard.length).toBe(2);
  expect(last(heard)).toMatchObject({ ready: false });
  expect(SiteMessage.parse(last(heard)).drives.map(({ availability }) => availability)).not.toContain('online');
});

test('members that change at once are told once: the first at once, what follows it soon after, and last how they are', async () => {
  const site = await startFakeSite();
  await site.clock.advance(1000);
  const heard = hear(site, topics.groupState('all'));
  await settled(site);
  heard.length = 0;

  for (const drive of ['lift-left', 'lift-right', 'curtain']) site.say(drive, { state: 'stopping' });
  await site.clock.advance(1);
  site.say('curtain', { state: 'disabled' });
  site.say('curtain', { state: 'standstill' });
  await site.clock.advance(1);
  expect(heard).toHaveLength(1);
  expect(last(heard)).toMatchObject({ group: 'all', state: 'groupStopping' });

  await site.clock.advance(200);
  expect(heard).toHaveLength(2);
  const { members } = GroupStateMessage.parse(last(heard));
  expect(members.map(({ state }) => state)).toEqual(['stopping', 'stopping', 'standstill']);
});
