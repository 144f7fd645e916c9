import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseSite } from '../../config/index.ts';
import { storePlace } from '../../services/orchestrator/index.ts';
import { GOOD, linesOf, siteOf } from './site-text.ts';

const folder = mkdtempSync(join(tmpdir(), 'kmotion-store-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('without a word about it there is one orchestrator, and its store is a file in the data folder', () => {
  const site = siteOf(`${GOOD}data: ./kept\n`);

  expect(site.orchestrators).toEqual(new Map());
  expect(storePlace(site)).toEqual({ at: '/etc/kmotion/kept/store.db', token: null, maxBytes: null });
});

test('orchestrators are named with the URL at which each is reached', () => {
  const text = `${GOOD}orchestrators: { north: { url: "http://10.0.0.5:8080" }, south: { url: "https://south.example" } }\n`;

  expect([...siteOf(text).orchestrators]).toEqual([
    ['north', 'http://10.0.0.5:8080'],
    ['south', 'https://south.example'],
  ]);
});

test('one name alone is no choice, and a URL is whole', () => {
  expect(linesOf(`${GOOD}orchestrators: { north: { url: "http://10.0.0.5:8080" } }\n`).join()).toContain(
    'names one; expected two or more, or none at all',
  );
  expect(linesOf(`${GOOD}orchestrators: { a: { url: "10.0.0.5" }, b: { url: "http://x/y" } }\n`)).toHaveLength(2);
});

test('a store on a server has its URL, and its token from a file, from the text or from the environment', () => {
  writeFileSync(join(folder, 'token'), 'from-file\n');
  const withFile = `${GOOD}store: { url: "https://store.example", tokenFile: ./token }\n`;
  const site = parseSite(withFile, { file: join(folder, 'site.yaml'), environment: {} });
  const text = `${GOOD}store: { url: "libsql://store.example" }\n`;

  expect(storePlace(site)).toMatchObject({ at: 'https://store.example', token: 'from-file' });
  expect(storePlace(siteOf(text))).toMatchObject({ at: 'libsql://store.example', token: null });
  expect(storePlace(siteOf(text, { KMOTION_STORE_TOKEN: 'from-outside' }))).toMatchObject({ token: 'from-outside' });
  const moved = { KMOTION_STORE_URL: 'http://10.0.0.9:8080' };
  expect(storePlace(siteOf(GOOD, moved))).toMatchObject({ at: 'http://10.0.0.9:8080', token: null });
});

test('a store that is no server, and a token file that is not there, are told with their lines', () => {
  expect(linesOf(`${GOOD}store: { url: ./store.db }\n`).join()).toContain('libsql, http or https');
  expect(linesOf(`${GOOD}store: { url: "http://a", tokenFile: ./nowhere }\n`).join()).toContain('store.tokenFile');
});
