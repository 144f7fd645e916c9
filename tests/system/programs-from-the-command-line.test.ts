import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { KMOTION, kmotion, RunningSite, SITE, start, type Outcome } from './running-site.ts';

let site: RunningSite;
afterEach(() => site.stop());

const AIRING = `title: Air the room
parameters: { open: { unit: "%", default: 12, min: 0, max: 100 } }
steps:
  - move: { drive: curtain, to: open, velocity: 6 }
  - move: { drive: curtain, to: 2 }
`;

const call = (...words: readonly string[]): Promise<Outcome> => kmotion(...words, '--url', site.url);

function fileOf(name: string, text: string): string {
  const file = join(site.folder, name);
  writeFileSync(file, text);
  return file;
}

test('a program is checked, stored, tried, run to its end, paused, resumed and aborted from the command line', async () => {
  site = new RunningSite(SITE);
  await site.ready();
  await site.post('/v1/drives/curtain/commands/enable');
  const wrong = fileOf('wrong.yaml', AIRING.replace('to: open', 'to: opne'));
  const right = fileOf('airing.yaml', AIRING);

  const refused = await call('program', 'validate', wrong);
  expect(refused.code).toBe(1);
  expect(refused.err).toContain('4:');
  expect(refused.err).toContain('unknown name "opne"; did you mean "open"?');
  expect(await call('program', 'validate', right)).toMatchObject({ code: 0, out: `${right} is right\n` });
  expect((await call('program', 'list')).out).not.toContain('airing');

  expect(await call('program', 'put', right)).toMatchObject({ code: 0, out: 'airing: version 1 stored\n' });
  expect((await call('program', 'list')).out).toMatch(/airing +1 .* open=12 % +Air the room/);
  expect(await call('program', 'show', 'airing')).toMatchObject({ code: 0, out: AIRING });
  const tried = await call('program', 'dry-run', 'airing', '-p', 'open=120');
  expect(tried).toMatchObject({ code: 1 });
  expect(`${tried.out}${tried.err}`).toContain('open');
  expect((await call('program', 'dry-run', 'airing')).out).toContain('would come to its end: 2 steps');

  const done = await call('run', 'start', 'airing', '-p', 'open=10');
  expect(done).toMatchObject({ code: 0 });
  expect(done.out.trimEnd().split('\n').at(-1)).toBe('airing done, 2 steps done');
  expect(done.out).toContain('at steps.0 move drive curtain, position 10, velocity 6');
  expect((await site.state('curtain')).position).toBeCloseTo(2, 1);

  const id = (await call('run', 'start', 'airing', '-p', 'open=90', '--detach')).out.trim();
  await vi.waitFor(async () => expect((await site.state('curtain')).moving).toBe(true), { timeout: 5000 });
  expect((await call('run', 'pause')).out).toContain('airing paused at steps.0');
  expect((await call('run', 'watch', id)).err).toContain(`go on with "kmotion run resume ${id}"`);
  expect(await call('run', 'resume', id)).toMatchObject({ code: 0 });
  expect((await call('run', 'abort')).out).toContain('airing aborted');
  expect((await call('run', 'list', 'airing')).out).toMatch(new RegExp(`${id} +airing +aborted`));
  expect((await call('run', 'pause')).err).toContain('no run is open');
}, 120_000);

test('Ctrl-C ends the run that it follows', async () => {
  site = new RunningSite(SITE);
  await site.ready();
  await site.post('/v1/drives/curtain/commands/enable');
  await call('program', 'put', fileOf('airing.yaml', AIRING));

  const following = start(process.execPath, [KMOTION, 'run', 'start', 'airing', '-p', 'open=90', '--url', site.url]);
  await vi.waitFor(async () => expect((await site.state('curtain')).moving).toBe(true), { timeout: 20_000 });
  following.kill('SIGINT');

  await vi.waitFor(async () => expect((await site.json<{ status: string }[]>('/v1/runs'))[0]?.status).toBe('aborted'), {
    timeout: 10_000,
  });
  await vi.waitFor(async () => expect((await site.state('curtain')).moving).toBe(false), { timeout: 10_000 });
  expect((await site.state('curtain')).position).toBeLessThan(80);
}, 60_000);
