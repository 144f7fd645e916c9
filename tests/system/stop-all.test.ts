import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { StopReport } from '../../services/contracts/index.ts';
import { launchBrowser, openPage } from '../browser/open-page.ts';
import { kmotion, run, RunningSite, SITE } from './running-site.ts';

// Every way by which all axes can be stopped, each with all of them moving.

const DRIVES = ['left', 'right', 'table', 'curtain'] as const;
const ENDS = { left: [20, 380], right: [20, 380], table: [-170, 170], curtain: [5, 95] } as const;
/** The farther end: however soon the last stop came, there is way enough until this one. */
const farEnd = (drive: (typeof DRIVES)[number], position: number): number => {
  const [low, high] = ENDS[drive];
  return position < (low + high) / 2 ? high : low;
};

let site: RunningSite;
let browser: Browser;
let page: Page;
beforeAll(async () => {
  site = new RunningSite(SITE);
  await site.entry(({ event }) => event === 'ready', 55_000);
  browser = await launchBrowser();
  ({ page } = await openPage(browser, site.url));
});
afterAll(async () => {
  await browser.close();
  await site.stop();
});

/** Gives where each of them is sent. */
async function allMoving(): Promise<readonly number[]> {
  const move = async (drive: (typeof DRIVES)[number]): Promise<number> => {
    const target = farEnd(drive, (await site.state(drive)).position);
    for (const command of ['release', 'enable']) await site.post(`/v1/drives/${drive}/commands/${command}`);
    // the shortest way is 45, and the slowest stop, by a new process on a busy machine, must find it still under way
    const body = JSON.stringify({ position: target, velocity: 5 });
    const headers = { 'content-type': 'application/json' };
    await fetch(`${site.url}/v1/drives/${drive}/commands/move-absolute`, { method: 'POST', headers, body });
    return target;
  };
  const targets = await Promise.all(DRIVES.map(move));
  await allShow({ moving: true });
  return targets;
}

const allShow = (expected: object): Promise<void> =>
  vi.waitFor(
    async () => {
      const states = await Promise.all(DRIVES.map((drive) => site.state(drive)));
      expect(states).toEqual(DRIVES.map(() => expect.objectContaining(expected) as unknown));
    },
    { timeout: 10_000, interval: 30 },
  );

const WAYS: Readonly<Record<string, () => Promise<unknown>>> = {
  'POST /v1/stop': () => run('curl', ['-sS', '-X', 'POST', `${site.url}/v1/stop`]),
  'a message on kmotion/stop': () =>
    run('mosquitto_pub', ['-h', '127.0.0.1', '-p', site.brokerPort, '-q', '1', '-t', 'kmotion/stop', '-m', '{}']),
  'kmotion stop': () => kmotion('stop', '--url', site.url),
  'the button of the page': () => page.getByRole('button', { name: 'Stop all' }).click(),
  'Escape on the page': () => page.keyboard.press('Escape'),
  'Shift+S on the page': () => page.keyboard.press('Shift+S'),
};

test.each(Object.keys(WAYS))('%s stops every axis, and each stays latched', async (way) => {
  const targets = await allMoving();

  await WAYS[way]!();

  await allShow({ moving: false, stopLatched: true });
  const states = await Promise.all(DRIVES.map((drive) => site.state(drive)));
  for (const [index, { position }] of states.entries()) expect(Math.round(position)).not.toBe(targets[index]);
});

test('the key works while a person types a number', async () => {
  await allMoving();
  await page.getByLabel('Target of curtain').fill('35');

  await page.keyboard.press('Escape');

  await allShow({ moving: false, stopLatched: true });
  expect((await site.state('curtain')).stopLatched).toBe(true);
});

test('with half of the device processes frozen the others are stopped and proved, and those are not called stopped', async () => {
  await allMoving();
  const [frozen] = site.processes('device', 'bench');
  process.kill(frozen!, 'SIGSTOP');

  const report = await site.json<StopReport>('/v1/stop', { method: 'POST' });
  process.kill(frozen!, 'SIGCONT');

  expect(report).toMatchObject({ allConfirmed: false, confirmed: ['curtain'] });
  expect([...report.unconfirmed, ...report.unreachable].toSorted()).toEqual(['left', 'right', 'table']);
  // the request and the message still wait at its doors
  await allShow({ moving: false, stopLatched: true });
});
