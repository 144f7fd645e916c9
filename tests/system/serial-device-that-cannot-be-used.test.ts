import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { KMOTION, RunningSite, SITE, start } from './running-site.ts';

/** The curtain's line is real as far as its process knows: a serial device, here of a simulator of its own. */
const siteOn = (device: string): string =>
  `auth: { open: "a trial on one machine" }\n${SITE}`
    .replace('window: { simulated: { baudRate: 115200 } }', `window: { serial: "${device}" }`)
    .replace('line: window,', 'line: window, acceptPlaceholder: true,');

let device: string;
let site: RunningSite;
let drive: ChildProcess | undefined;
beforeEach(() => {
  device = join(mkdtempSync(join(tmpdir(), 'kmotion-serial-')), 'adapter');
  drive = undefined;
});
afterEach(async () => {
  await site.stop();
  drive?.kill();
});

/** Plugs in an adapter with one drive behind it. */
async function plugIn(): Promise<void> {
  const where = ['--pty', device, '--baud', '115200'];
  const child = start(process.execPath, [
    KMOTION,
    'simulator',
    '--profile',
    'kpower-reference',
    '--unit',
    '1',
    ...where,
  ]);
  drive = child;
  await vi.waitFor(() => expect(child.text).toContain(device), { timeout: 10_000 });
}

/** What was said of the device, each time it was tried. */
const saidOf = (path: string): string[] => site.complaints.split('\n').filter((line) => line.includes(path));
/** The drives of the other line are there for whoever asks. */
async function othersAreUp(): Promise<void> {
  await site.entry(({ event, part }) => event === 'part-ready' && part === 'orchestrator');
  await vi.waitFor(async () => expect((await site.state('left')).state).toBe('disabled'), { timeout: 10_000 });
}

test('a missing device darkens its own line only, is said in one line, and its drive comes when it is plugged in', async () => {
  site = new RunningSite(siteOn(device));
  const waiting = await site.entry(({ event }) => event === 'waiting', 40_000);

  expect(waiting.reasons?.join('\n')).toMatch(/curtain|window/);
  expect(saidOf(device)).toEqual([expect.stringContaining(`there is no device ${device}`)]);
  expect((await site.state('left')).state).toBe('disabled');

  await plugIn();
  await site.ready();
  expect((await site.state('curtain')).state).toBe('disabled');
  expect(site.complaints).not.toMatch(/^\s+at /m);
  expect(site.entries.filter(({ event }) => event === 'part-died')).toEqual([]);
});

test('a device without permission is said in one line with what to do, and is used as soon as it may be', async () => {
  await plugIn();
  chmodSync(device, 0o000);
  // root may do everything, unless its rights are taken from it
  const asAnybody = process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-all'] : [];
  site = new RunningSite(siteOn(device), {}, asAnybody);
  await othersAreUp();

  await vi.waitFor(() => expect(saidOf(device)).not.toEqual([]), { timeout: 10_000 });
  expect(saidOf(device)).toEqual([expect.stringContaining(`no permission to open ${device}; `)]);

  chmodSync(device, 0o600);
  await site.ready();
  expect((await site.state('curtain')).state).toBe('disabled');
  expect(site.complaints).not.toMatch(/^\s+at /m);
});
