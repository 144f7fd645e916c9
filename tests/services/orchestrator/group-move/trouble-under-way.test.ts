import { expect, test } from 'vitest';
import { startFakeSite } from '../fake-site.ts';
import { count, move, read } from './group-commands.ts';

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
