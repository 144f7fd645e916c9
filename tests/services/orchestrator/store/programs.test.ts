import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../../drivers/base/index.ts';
import {
  createMemoryPrograms,
  openStore,
  type ProgramStore,
  type RunStore,
  type StoredRun,
} from '../../../../services/orchestrator/store/index.ts';
import { storeFolder } from './store-folder.ts';

// One set of facts for the store on disk and for the one in memory: whoever tests against the second can trust the first.

const folder = storeFolder();
const onDisk = openStore({ place: { at: join(folder, 'store.db'), token: null, maxBytes: null }, clock: systemClock });
afterAll(() => onDisk.close());

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const program = (id: string, steps: number): Parameters<ProgramStore['save']>[0] => ({
  id,
  document: { steps, name: 'Zwölf' },
  savedAt: at(steps),
  savedBy: 'mara',
});
const run = (id: string, change: Partial<StoredRun> = {}): StoredRun => ({
  id,
  program: 'lift-up',
  programVersion: 1,
  isFinished: false,
  startedAt: at(0),
  record: { step: [0] },
  ...change,
});

const kinds: [string, { programs: ProgramStore; runs: RunStore }][] = [
  ['on disk', onDisk],
  ['in memory', createMemoryPrograms()],
];
describe.each(kinds)('%s', (_kind, { programs, runs }) => {
  test('a saved program gets the next version, and the older one stays as it was', async () => {
    expect(await programs.save(program('versions', 1))).toMatchObject({ version: 1 });
    expect(await programs.save(program('versions', 2))).toMatchObject({ version: 2 });

    expect(await programs.read('versions')).toEqual({ ...program('versions', 2), version: 2 });
    expect(await programs.read('versions', 1)).toEqual({ ...program('versions', 1), version: 1 });
    expect(await programs.read('versions', 3)).toBeNull();
    await programs.remove('versions');
  });

  test('two that save one program at the same time get two versions', async () => {
    const saved = await Promise.all([1, 2, 3].map((steps) => programs.save(program('at-once', steps))));

    expect(saved.map(({ version }) => version).toSorted((a, b) => a - b)).toEqual([1, 2, 3]);
    await programs.remove('at-once');
  });

  test('a removed program is gone from the list, answers to its version, and counts on when it comes back', async () => {
    await programs.save(program('b', 1));
    await programs.save(program('a', 1));
    expect(await programs.remove('b')).toBe(true);

    expect((await programs.list()).map(({ id }) => id)).toEqual(['a']);
    expect(await programs.read('b')).toBeNull();
    expect(await programs.read('b', 1)).toMatchObject({ id: 'b', version: 1 });
    expect(await programs.remove('b')).toBe(false);
    expect(await programs.save(program('b', 2))).toMatchObject({ version: 2 });
  });

  test('a run is what was last written of it', async () => {
    await runs.save(run('one'));
    await runs.save(run('one', { isFinished: true, record: { step: [3], status: 'done' } }));

    expect(await runs.read('one')).toEqual(run('one', { isFinished: true, record: { step: [3], status: 'done' } }));
    expect(await runs.read('none')).toBeNull();
  });

  test('runs that nobody finished are found, the oldest first', async () => {
    await runs.save(run('late', { startedAt: at(30) }));
    await runs.save(run('early', { startedAt: at(10) }));
    await runs.save(run('finished', { startedAt: at(20), isFinished: true }));

    expect((await runs.unfinished()).map(({ id }) => id)).toEqual(['early', 'late']);
  });

  test('the newest runs come first, of one program or of all', async () => {
    await runs.save(run('other', { program: 'turn', startedAt: at(40) }));

    expect((await runs.recent({ limit: 3 })).map(({ id }) => id)).toEqual(['other', 'late', 'finished']);
    expect((await runs.recent({ program: 'turn', limit: 3 })).map(({ id }) => id)).toEqual(['other']);
  });
});
