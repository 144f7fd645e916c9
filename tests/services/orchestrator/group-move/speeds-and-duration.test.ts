import { expect, test } from 'vitest';
import { startFakeSite } from '../fake-site.ts';
import { move, read } from './group-commands.ts';

test('a requested duration is kept by every member', async () => {
  const site = await startFakeSite();

  const id = move(site, { 'lift-left': 110, 'lift-right': 70 }, { durationMs: 5000 });
  await site.clock.advance(4000);
  expect(read(site, id).status).toBe('active');
  await site.clock.advance(1100);

  expect(read(site, id)).toMatchObject({ status: 'done' });
  for (const member of read(site, id).members) expect(Math.abs(member.plannedDurationMs! - 5000)).toBeLessThan(5);
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
