import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../../../drivers/base/index.ts';
import { auditStore, backUpStore, restoreStore } from '../../../../services/orchestrator/index.ts';
import { openDatabase } from '../../../../services/orchestrator/store/database.ts';
import { openStore, type DatabasePlace } from '../../../../services/orchestrator/store/index.ts';
import { storeFolder } from './store-folder.ts';

const folder = storeFolder();
const place = (name: string): DatabasePlace => ({ at: join(folder, name), token: null, maxBytes: null });
const parts = (name: string): { place: DatabasePlace; clock: typeof systemClock } => ({
  place: place(name),
  clock: systemClock,
});
const program = (id: string): { id: string; document: Record<string, unknown>; savedAt: string; savedBy: null } => ({
  id,
  document: {},
  savedAt: '2026-01-01T00:00:00.000Z',
  savedBy: null,
});

test('a backup made while the store is open brings back what was there then, and keeps what it replaces', async () => {
  const store = openStore(parts('store.db'));
  await store.programs.save(program('before'));
  const file = join(folder, 'backup.db');
  await backUpStore(parts('store.db'), file);
  await store.programs.save(program('after'));

  await expect(restoreStore(parts('store.db'), file)).rejects.toThrow('is in use: stop the site first');
  expect(await store.programs.list()).toHaveLength(2);
  await store.close();
  await restoreStore(parts('store.db'), file);

  const restored = openStore(parts('store.db'));
  expect((await restored.programs.list()).map(({ id }) => id)).toEqual(['before']);
  await restored.close();
  expect(existsSync(join(folder, 'store.db.replaced'))).toBe(true);
  await expect(backUpStore(parts('store.db'), file)).rejects.toThrow('is there already');
});

test('what is no whole backup is refused, and the store stays as it was', async () => {
  const store = openStore(parts('kept.db'));
  await store.programs.save(program('kept'));
  await store.close();
  const noBackup = join(folder, 'no-backup.db');
  writeFileSync(noBackup, 'something else entirely, but long enough to be read as a header'.repeat(100));

  await expect(restoreStore(parts('kept.db'), noBackup)).rejects.toThrow('cannot be restored');
  const again = openStore(parts('kept.db'));
  expect(await again.programs.list()).toHaveLength(1);
  await again.close();
});

// As the first layout was: a file of that age is brought forward, not begun anew.
test('a store of the first layout opens with its programs, and keeps events from then on', async () => {
  const database = openDatabase(parts('old.db'));
  await database.write(
    [
      'CREATE TABLE migrations (number INTEGER PRIMARY KEY) STRICT',
      'INSERT INTO migrations VALUES (1)',
      `CREATE TABLE programs (id TEXT NOT NULL, version INTEGER NOT NULL, document TEXT NOT NULL, saved_at TEXT NOT NULL,
        saved_by TEXT, is_removed INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (id, version)) STRICT`,
      `CREATE TABLE runs (id TEXT PRIMARY KEY, program TEXT NOT NULL, program_version INTEGER NOT NULL,
        is_finished INTEGER NOT NULL, started_at TEXT NOT NULL, record TEXT NOT NULL) STRICT`,
      `INSERT INTO programs VALUES ('old', 3, '{"steps":[]}', '2026-01-01T00:00:00.000Z', NULL, 0)`,
    ].map((sql) => ({ sql })),
  );
  await database.close();

  const store = openStore(parts('old.db'));
  expect(await store.programs.read('old')).toMatchObject({ version: 3, document: { steps: [] } });
  store.events.record({
    at: '2026-01-01T00:00:00.000Z',
    kind: 'request',
    who: null,
    origin: null,
    subject: 'site',
    what: 'POST /v1/stop',
    outcome: '200',
    detail: {},
  });
  await store.close();
  expect(await auditStore(parts('old.db'))).toMatchObject({ intact: true, lines: 1 });
});
