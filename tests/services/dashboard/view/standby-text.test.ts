import { expect, test } from 'vitest';
import type { SiteMessage } from '../../../../services/contracts/index.ts';
import { standbyText } from '../../../../services/dashboard/src/view/standby-text.ts';

const url = 'http://10.0.0.6:8080';
const siteOf = (orchestrator: SiteMessage['orchestrator']): SiteMessage => ({
  site: 'hall',
  version: '0.1.0',
  simulated: true,
  ready: true,
  lines: [],
  drives: [],
  groups: [],
  mqtt: { url: 'mqtt://127.0.0.1:1883', root: 'kmotion' },
  simulator: null,
  store: null,
  orchestrator,
});
const north = { name: 'north', url: 'http://10.0.0.5:8080' };

test('who stands by says so, names who leads and where, and how to take over from there', () => {
  const text = standbyText(siteOf({ name: 'south', role: 'standby', active: north }), url);

  expect(text?.title).toBe('This is south, which stands by: north leads');
  expect(text?.leaderUrl).toBe(north.url);
  expect(text?.command).toBe(`kmotion take-over --url ${url}`);
});

test('where nobody leads it claims no leader', () => {
  const text = standbyText(siteOf({ name: 'south', role: 'standby', active: null }), url);

  expect(text).toMatchObject({
    title: 'This is south, which stands by: nobody leads, as far as it knows',
    leaderUrl: null,
  });
});

test('nothing is said where the one behind the page leads, is the only one, or has said nothing yet', () => {
  expect(standbyText(siteOf({ name: 'north', role: 'active', active: north }), url)).toBeNull();
  expect(standbyText(siteOf(null), url)).toBeNull();
  expect(standbyText(null, url)).toBeNull();
});
