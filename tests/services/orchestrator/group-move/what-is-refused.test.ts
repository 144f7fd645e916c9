import { expect, test } from 'vitest';
import { startFakeSite } from '../fake-site.ts';
import { count, inMs, move, refusalOf } from './group-commands.ts';

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

test.each([
  ['has passed', -1, 'startTooLate'],
  ['is too near to arm everybody', 200, 'startTooLate'],
  ['is farther away than armed drives wait', 21_000, 'invalidValue'],
])('a start that %s is refused', async (_what, ms, code) => {
  const site = await startFakeSite();

  expect(refusalOf(() => move(site, { 'lift-left': 110 }, { startAt: inMs(site, ms) })).code).toBe(code);
});
