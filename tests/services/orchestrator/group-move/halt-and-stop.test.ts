import { expect, test } from 'vitest';
import { startFakeSite } from '../fake-site.ts';
import { count, inMs, move, read } from './group-commands.ts';

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
