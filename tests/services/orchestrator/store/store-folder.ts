import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** A new folder for database files; gone when the file of tests has run. */
export function storeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kmotion-store-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
