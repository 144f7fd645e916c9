import { afterEach, expect, test } from 'vitest';
import type { GroupCommandResource } from '../../services/contracts/index.ts';
import type { LedgerEntry } from '../../simulator/index.ts';
import { startSiteInOneProcess, type GroupWord, type SiteInOneProcess } from '../support/virtual-site.ts';

const SIDES = ['lift-left', 'lift-right'];
let site: SiteInOneProcess;
afterEach(() => site.close());

async function lift(command: GroupWord, body: object = {}): Promise<GroupCommandResource> {
  const { id } = site.orchestrator.groups.submit({ group: 'lift', command, body });
  await site.until(site.orchestrator.groups.ended(id));
  return site.orchestrator.groups.read('lift', id);
}

async function bringUp(): Promise<void> {
  site = await startSiteInOneProcess(38);
  while (!site.orchestrator.readiness().ready) await site.clock.advance(100);
  expect((await lift('enable')).status).toBe('done');
  expect((await lift('home')).status).toBe('done');
}

function ledgerSince(seq: number): readonly LedgerEntry[] {
  site.simulator.settle();
  return site.simulator.ledger.entries(seq);
}

const latest = (): number => {
  site.simulator.settle();
  return site.simulator.ledger.latest();
};
/** The first entry of each side: a shaft that still settles from its last motion begins the next with a `change`. */
const beginnings = (entries: readonly LedgerEntry[]): number[] =>
  instants(entries.filter(({ kind }) => kind === 'start' || kind === 'change'));
const ends = (entries: readonly LedgerEntry[]): number[] =>
  instants(entries.filter(({ kind }) => kind === 'stop').toReversed());
const instants = (entries: readonly LedgerEntry[]): number[] =>
  SIDES.map((side) => entries.find(({ drive }) => drive === side)?.atMs ?? Number.NaN);
const spread = (values: readonly number[]): number => Math.max(...values) - Math.min(...values);

test('seven moves of different ways start by one frame and arrive within 5 ms, as planned', async () => {
  await bringUp();
  const skews: { start: number; arrival: number; off: number }[] = [];

  for (let index = 0; index < 7; index++) {
    const since = latest();
    const height = index % 2 === 0 ? 60 : 20;
    const moved = await lift('move', { targets: { 'lift-left': height, 'lift-right': height + (index % 5) * 3 } });
    expect(moved.status).toBe('done');
    const entries = ledgerSince(since);
    const [starts, stops] = [beginnings(entries), ends(entries)];
    const off = Math.max(...stops) - Math.min(...starts) - moved.plannedDurationMs!;
    skews.push({ start: spread(starts), arrival: spread(stops), off: Math.abs(off) });
  }

  expect(Math.max(...skews.map(({ start }) => start))).toBeLessThanOrEqual(1);
  expect(Math.max(...skews.map(({ arrival }) => arrival))).toBeLessThanOrEqual(5);
  expect(Math.max(...skews.map(({ off }) => off))).toBeLessThan(50);
});

test('one side that faults in the middle of the move stops the other, and the group is in groupErrorStop', async () => {
  await bringUp();
  const since = latest();
  const { id } = site.orchestrator.groups.submit({
    group: 'lift',
    command: 'move',
    body: { targets: { 'lift-left': 300, 'lift-right': 300 } },
  });
  await site.clock.advance(1500);
  site.simulator.drives.get('lift-left')!.injectFault('over-temperature', { atMs: site.clock.nowMs() });
  const faultedAtMs = site.clock.nowMs();
  await site.until(site.orchestrator.groups.ended(id));
  await site.clock.advance(1000);

  const failed = site.orchestrator.groups.read('lift', id);
  expect(failed).toMatchObject({ status: 'failed', error: { code: 'fault' } });
  expect(failed.error!.detail).toContain('lift-left');
  expect(site.orchestrator.groups.state('lift').state).toBe('groupErrorStop');
  const rest = ledgerSince(since).findLast(({ drive, kind }) => drive === 'lift-right' && kind === 'stop');
  // seen at the next fast poll, stopped, and braked from 80 mm/s with 400 mm/s2
  expect(rest!.atMs - faultedAtMs).toBeLessThan(500);
  expect(site.orchestrator.registry.entry('lift-right').state!.position).toBeLessThan(200);
});

test('after a stop of the group a released and repeated move needs no memory of the first', async () => {
  await bringUp();
  const { id } = site.orchestrator.groups.submit({
    group: 'lift',
    command: 'move',
    body: { targets: { 'lift-left': 300, 'lift-right': 300 } },
  });
  await site.clock.advance(1000);
  expect((await lift('stop')).status).toBe('done');
  expect(site.orchestrator.groups.read('lift', id).status).toBe('aborted');
  expect(site.orchestrator.groups.state('lift').state).toBe('groupStopping');
  const since = latest();
  await site.clock.advance(5000);
  expect(ledgerSince(since).filter(({ kind }) => kind === 'start')).toEqual([]);

  expect((await lift('release')).status).toBe('done');
  const moved = await lift('move', { targets: { 'lift-left': 100, 'lift-right': 100 } });

  expect(moved.status).toBe('done');
  for (const { finalPosition } of moved.members) expect(finalPosition).toBeCloseTo(100, 1);
});
