import type { Browser, Locator, Page } from 'playwright-core';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { launchBrowser, openPage } from '../browser/open-page.ts';
import { change } from '../services/dashboard/fake-drive.ts';
import { type FakeOrchestrator, startFakeOrchestrator } from '../services/dashboard/fake-orchestrator.ts';
import { RunningSite, SITE } from './running-site.ts';

const PAGE = fileURLToPath(new URL('../../dist/dashboard', import.meta.url));

const card = (page: Page, name: string): Locator =>
  page.locator('article', { has: page.getByRole('heading', { name, exact: true }) });
/** Waits until a card's badge says the word; when it never does, tells what the page shows instead. */
const badge = (page: Page, name: string, word: string): Promise<void> =>
  card(page, name)
    .locator('.badge', { hasText: word })
    .waitFor({ timeout: 15_000 })
    .catch(async (cause: unknown) => {
      const shown = await page.locator('body').innerText();
      throw new Error(`${name} does not say ${word}; the page shows\n${shown}`, { cause });
    });
const position = async (page: Page, name: string): Promise<number> =>
  Number((await card(page, name).locator('.readout-position .number').innerText()).replace('−', '-'));

const AIRING = `parameters: { open: { unit: "%", default: 50, min: 0, max: 100 } }
steps:
  - move: { drive: curtain, to: open, velocity: 10 }
  - move: { drive: curtain, to: 2, velocity: 5 }
`;

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

describe('the page of a running site', () => {
  let site: RunningSite;
  beforeAll(async () => {
    site = new RunningSite(SITE);
    await site.ready();
  });
  afterAll(() => site.stop());

  test('shows every drive live, asks nobody but its own server, and says that it is a simulation', async () => {
    const { page, faults, origins } = await openPage(browser, site.url);

    for (const drive of ['left', 'right', 'table', 'curtain']) await badge(page, drive, 'Off');

    expect(await page.locator('.simulation').innerText()).toContain('no real machine moves');
    expect([...origins]).toEqual([new URL(site.url).origin]);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  test('a person enables a drive and moves it to a typed target; the drive goes there', async () => {
    const { page } = await openPage(browser, site.url);
    await page.getByRole('button', { name: 'Enable curtain' }).click();
    await badge(page, 'curtain', 'Ready');

    await page.getByLabel('Target of curtain').fill('35,5');
    await page.getByLabel('Target of curtain').press('Enter');

    await vi.waitFor(async () => expect(await position(page, 'curtain')).toBe(35.5), { timeout: 15_000 });
    expect((await site.state('curtain')).position).toBeCloseTo(35.5, 1);
    await page.context().close();
  });

  test('a group moves both its drives to one target, and Escape stops them half way and tells the proof', async () => {
    const { page } = await openPage(browser, site.url);
    await page.getByRole('button', { name: 'Enable group lift' }).click();
    await badge(page, 'lift', 'Ready');
    await page.getByLabel('Target of all of lift').fill('390');
    await page.getByRole('button', { name: 'Move group lift' }).click();
    await vi.waitFor(async () => expect(await position(page, 'right')).toBeGreaterThan(5), { timeout: 10_000 });

    await page.keyboard.press('Escape');

    await page.getByText('All 4 axes are proved at rest').waitFor();
    await badge(page, 'left', 'Stopped, latched');
    expect(await site.state('left')).toMatchObject({ stopLatched: true, moving: false });
    expect((await site.state('right')).position).toBeLessThan(380);

    await page.getByRole('button', { name: 'Release all' }).click();
    await badge(page, 'lift', 'Ready');
    await page.context().close();
  });

  test('a person starts a program, sees its step live, pauses it, resumes it and aborts it', async () => {
    const headers = { 'content-type': 'application/yaml' };
    await fetch(`${site.url}/v1/programs/airing`, { method: 'PUT', headers, body: AIRING });
    await site.post('/v1/drives/curtain/commands/enable');
    const { page, faults } = await openPage(browser, site.url);
    await badge(page, 'airing', 'Ready');

    await page.getByLabel('open of program airing').fill('9');
    await page.getByRole('button', { name: 'Start program airing' }).click();
    await page.getByText('line 4: move (drive curtain, position 2, velocity 5)').waitFor();
    await badge(page, 'airing', 'Done');
    expect((await site.state('curtain')).position).toBeCloseTo(2, 1);

    await page.getByLabel('open of program airing').fill('95');
    await page.getByLabel('open of program airing').press('Enter');
    await page.getByText('line 3: move (drive curtain, position 95, velocity 10)').waitFor();
    await page.getByRole('button', { name: 'Pause program airing' }).click();
    await badge(page, 'airing', 'Paused');
    expect((await site.state('curtain')).position).toBeLessThan(90);
    await page.getByRole('button', { name: 'Resume program airing' }).click();
    await badge(page, 'airing', 'Running');
    await page.getByRole('button', { name: 'Abort program airing' }).click();
    await badge(page, 'airing', 'Aborted');

    expect(faults).toEqual([]);
    await page.context().close();
  });

  test('when the site ends, every value is greyed with its age', async () => {
    const { page } = await openPage(browser, site.url);
    await site.stop();

    await page.locator('.pill', { hasText: 'reconnecting, values are' }).waitFor();
    await badge(page, 'curtain', 'Unknown');
    expect(await card(page, 'curtain').locator('.doubt').innerText()).toMatch(/^Not live: .* old$/);
    await page.keyboard.press('Shift+S');
    await page.getByText('Treat every axis as moving').waitFor();
    await page.context().close();
  });
});

describe('the page in rare cases', () => {
  let fake: FakeOrchestrator;
  beforeAll(async () => {
    fake = await startFakeOrchestrator({ page: PAGE, prefix: '/behind/a/proxy' });
  });
  afterAll(() => fake.close());

  test('works under a path prefix and a content policy that allows nothing inline', async () => {
    const { page, faults } = await openPage(browser, `${fake.url}/`);
    await badge(page, 'turntable', 'Off');
    expect(faults).toEqual([]);
    await page.context().close();
  });

  test('a stop that was not proved for one axis is told loudly and by name, with the button in reach', async () => {
    const { page } = await openPage(browser, `${fake.url}/`, { viewport: { width: 390, height: 844 } });
    fake.unconfirmed = ['turntable'];

    await page.getByRole('button', { name: 'Stop all' }).click();

    const report = page.getByRole('alert');
    await report.getByText('1 may still move').waitFor();
    await report.getByText('no reading shows it at rest: turntable').waitFor();
    // a second press must be possible while the report is shown; a click ends before its request has arrived
    const again = page.waitForResponse(`${fake.url}/v1/stop`);
    await page.getByRole('button', { name: 'Stop all' }).click();
    await again;
    expect(fake.posts.filter(({ path }) => path === '/v1/stop')).toHaveLength(2);
    expect(new Set(fake.posts.map(({ body }) => body['id'])).size).toBe(fake.posts.length);
    fake.unconfirmed = [];
    await page.context().close();
  });

  test('a fault shows its remedy, and its drive offers no motion but says why', async () => {
    const { page } = await openPage(browser, `${fake.url}/`);
    const turntable = fake.drives[2]!;
    const fault = { category: 'motion', code: '0x8611', text: 'Following error', remedy: 'Look for a blocked axis.' };
    change(turntable, { state: 'errorStop', fault: { ...fault, resettable: true } });
    fake.say(turntable);

    await card(page, 'turntable').getByText('Look for a blocked axis.').waitFor();
    const move = page.getByRole('button', { name: 'Move turntable', exact: true });
    expect(await move.getAttribute('aria-disabled')).toBe('true');
    expect(await move.getAttribute('title')).toBe('There is a fault: reset it first');
    await page.context().close();
  });

  test('a refusal of the server is shown with what to do', async () => {
    const { page } = await openPage(browser, `${fake.url}/`);
    const curtain = fake.drives[3]!;
    change(curtain, { stopLatched: false, state: 'disabled' });
    fake.say(curtain);
    const enable = page.getByRole('button', { name: 'Enable curtain' });
    await page.locator('button[aria-disabled="false"]', { hasText: 'Enable' }).last().waitFor();
    change(curtain, { stopLatched: true });

    await enable.click();

    const notice = await page.locator('.notice').innerText();
    expect(notice).toContain('Release it when it is safe to move.');
    await page.context().close();
  });
});
