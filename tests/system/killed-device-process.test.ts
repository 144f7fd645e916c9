import { afterEach, expect, test, vi } from 'vitest';
import { RunningSite, SITE } from './running-site.ts';

interface LedgerEntry {
  readonly kind: 'frame' | 'start' | 'change' | 'stop';
  readonly drive: string;
  readonly atMs: number;
  readonly cause?: { readonly by: string };
}
interface Ledger {
  readonly nowMs: number;
  readonly entries: readonly LedgerEntry[];
}

/** What the profile sets when the site file says nothing. */
const WATCHDOG_MS = 1000;

let site: RunningSite;
afterEach(() => site.stop());

test('kill -9 of a device process during a move: the drive comes to rest by itself, comes back latched with a new epoch, and nothing moves', async () => {
  site = new RunningSite(SITE);
  await site.ready();
  const before = await site.state('left');
  const { epoch: otherEpoch } = await site.state('curtain');
  await site.post('/v1/drives/left/commands/enable');
  await fetch(`${site.url}/v1/drives/left/commands/move-absolute`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"position": 400}',
  });
  await vi.waitFor(async () => expect((await site.state('left')).moving).toBe(true), { timeout: 5000, interval: 20 });
  const [victim] = site.processes('device', 'bench');
  const [bystander] = site.processes('device', 'window');
  const { nowMs: killedAtMs } = await site.json<Ledger>(`${site.partUrl('simulator')}/v1/ledger`);

  process.kill(victim!, 'SIGKILL');
  await site.entry(({ event, part, again }) => event === 'part-ready' && part === 'line bench' && again === true);
  const after = await vi.waitFor(
    async () => {
      const now = await site.state('left');
      expect(now.epoch).not.toBe(before.epoch);
      expect(now.moving).toBe(false);
      return now;
    },
    { timeout: 15_000, interval: 50 },
  );

  expect(after).toSatisfy(({ stopLatched, state }: typeof after) => stopLatched || state === 'errorStop');
  expect(Math.abs(after.position - 400)).toBeGreaterThan(100);
  const { entries } = await site.json<Ledger>(`${site.partUrl('simulator')}/v1/ledger`);
  const motions = entries.filter(({ kind, drive, atMs }) => kind !== 'frame' && drive === 'left' && atMs > killedAtMs);
  expect(motions.filter(({ kind }) => kind === 'start')).toEqual([]);
  expect(motions.at(-1)).toMatchObject({ kind: 'stop' });
  // the watchdog's time, the ramp from full speed (80 mm/s at 400 mm/s2), and what a busy machine adds
  expect(motions.at(-1)!.atMs - killedAtMs).toBeLessThan(WATCHDOG_MS + 200 + 500);
  expect(site.processes('device', 'window')).toEqual([bystander]);
  expect((await site.state('curtain')).epoch).toBe(otherEpoch);
  expect(site.entries.filter(({ event, part }) => event === 'part-died' && part !== 'line bench')).toEqual([]);
});

test('a dead orchestrator comes back by itself; the drives never notice', async () => {
  site = new RunningSite(SITE);
  await site.ready();
  const epoch = (await site.state('curtain')).epoch;

  process.kill(site.processes('orchestrator')[0]!, 'SIGKILL');
  await site.entry(({ event, part, again }) => event === 'part-ready' && part === 'orchestrator' && again === true);

  await vi.waitFor(async () => expect((await fetch(`${site.url}/readyz`)).status).toBe(200), { timeout: 15_000 });
  expect((await site.state('curtain')).epoch).toBe(epoch);
});
