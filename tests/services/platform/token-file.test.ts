import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Role } from '../../../services/contracts/index.ts';
import { openTokenFile } from '../../../services/platform/doors/index.ts';
import { StartError } from '../../../services/platform/process/index.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tokens-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

test('is made on first need with one 256-bit token for each role, readable by its owner only', async () => {
  const path = join(folder, 'data', 'tokens.json');
  const file = await openTokenFile(path);

  expect(file.created).toBe(true);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const tokens = Role.options.map((role) => file.tokenOf(role));
  expect(new Set(tokens).size).toBe(4);
  for (const token of tokens) expect(Buffer.from(token, 'base64url')).toHaveLength(32);
  expect(tokens.map((token) => file.verify(token))).toEqual(Role.options);
});

test('is kept: the next start knows the same tokens and no others', async () => {
  const path = join(folder, 'tokens.json');
  const first = await openTokenFile(path);
  const second = await openTokenFile(path);
  expect(second.created).toBe(false);
  expect(second.verify(first.tokenOf('operator'))).toBe('operator');
  for (const wrong of ['', 'operator', first.tokenOf('operator').slice(0, -1)]) expect(second.verify(wrong)).toBeNull();
});

test('of eight processes that need it at once one makes it and all agree', async () => {
  const path = join(folder, 'tokens.json');
  const files = await Promise.all(Array.from({ length: 8 }, () => openTokenFile(path)));
  expect(files.filter((file) => file.created)).toHaveLength(1);
  expect(new Set(files.map((file) => file.tokenOf('admin'))).size).toBe(1);
});

test('a file that others may read is refused with the command that mends it', async () => {
  const path = join(folder, 'tokens.json');
  await openTokenFile(path);
  await chmod(path, 0o644);
  await expect(openTokenFile(path)).rejects.toThrow(`chmod 600 ${path}`);
});

test.each(['', '{}', '{"viewer":"short"}', 'not json'])(
  'a file that holds %j is refused, not overwritten',
  async (text) => {
    const path = join(folder, 'tokens.json');
    await writeFile(path, text, { mode: 0o600 });
    await expect(openTokenFile(path)).rejects.toThrow(StartError);
    expect(await readFile(path, 'utf8')).toBe(text);
  },
);

test('a folder that cannot be written is one sentence', async () => {
  await writeFile(join(folder, 'file'), '');
  await expect(openTokenFile(join(folder, 'file', 'tokens.json'))).rejects.toThrow(
    /cannot make the token file .* \(ENOTDIR\)/,
  );
});
