import { expect, test } from 'vitest';
import { startFakeSite } from '../fake-site.ts';
import { count, read, refusalOf } from './group-commands.ts';

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
