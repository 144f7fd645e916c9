import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../../drivers/base/index.ts';
import { recordSite } from '../../../services/orchestrator/record-site.ts';
import { createMemoryPrograms, openStore, type Store } from '../../../services/orchestrator/store/index.ts';
import { startFakeSite, type FakeSite } from './fake-site.ts';
import { storeFolder } from './store/store-folder.ts';

// A stop for all uses no disk: with one that is full, and with one that never answers.

const folder = storeFolder();
const DRIVES = ['lift-left', 'lift-right', 'curtain'];

async function moving(site: FakeSite): Promise<void> {
  const targets = { 'lift-left': 300, 'lift-right': 300, curtain: 300 };
  site.orchestrator.groups.submit({ group: 'all', command: 'move', body: { targets } });
  await site.clock.advance(1500);
  expect(DRIVES.map((drive) => site.state(drive).moving)).toEqual([true, true, true]);
}

async function fullStore(): Promise<Store> {
  const place = { at: join(folder, 'full.db'), token: null, maxBytes: 8192 };
  const store = openStore({ place, clock: systemClock });
  const program = { id: 'p', document: { text: 'x' }, savedAt: '', savedBy: null };
  await expect(store.programs.save(program)).rejects.toMatchObject({ trouble: 'full' });
  return store;
}

test('a full disk: every axis is stopped and proved, at once, by one request to each process', async () => {
  const store = await fullStore();
  const site = await startFakeSite('stop', { store });
  const endRecord = recordSite({ orchestrator: site.orchestrator, store, clock: site.clock });
  await moving(site);
  const told = site.told.length;
  const askedAtMs = site.clock.nowMs();

  const report = await site.orchestrator.stopAll();

  expect(report).toMatchObject({ allConfirmed: true, confirmed: DRIVES, unreachable: [] });
  expect(site.clock.nowMs()).toBe(askedAtMs);
  expect(site.told.slice(told).filter((what) => what.endsWith('stop-all'))).toEqual([
    'bench stop-all',
    'window stop-all',
  ]);
  expect(DRIVES.map((drive) => site.state(drive).stopLatched)).toEqual([true, true, true]);
  expect(store.state()).toMatchObject({ state: 'full' });
  endRecord();
  await store.close();
});

test('a disk that never answers: a program that waits for it keeps no stop waiting, and begins nothing after it', async () => {
  const memory = createMemoryPrograms();
  const never = new Promise<never>(() => undefined);
  const hanging = { ...memory, runs: { ...memory.runs, save: () => never } };
  const store = { ...hanging, state: () => ({ state: 'ok', reason: null }) as const, onState: () => () => undefined };
  const site = await startFakeSite('stop', { store });
  const source = '{"steps": [{"stop": "all"}]}';
  await site.orchestrator.programming.programs.save('halting', source, null);
  const started = site.orchestrator.programming.runs.start('halting', {}, null);
  void started.catch(() => undefined);
  await moving(site);
  const told = site.told.length;

  const report = await site.orchestrator.stopAll();
  await site.clock.advance(5000);

  expect(report).toMatchObject({ allConfirmed: true, confirmed: DRIVES });
  const after = site.told.slice(told).filter((what) => /arm|trigger|move/.test(what));
  expect(after).toEqual([]);
});
