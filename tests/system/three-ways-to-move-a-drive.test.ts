import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { KMOTION, kmotion, run, RunningSite, SITE, start } from './running-site.ts';

let site: RunningSite;
beforeAll(async () => {
  site = new RunningSite(SITE);
  await site.ready();
});
afterAll(() => site.stop());

test('curl moves a drive and is told when it has arrived', async () => {
  const drive = `${site.url}/v1/drives/curtain`;
  const json = ['-sS', '-H', 'prefer: wait=20', '-H', 'content-type: application/json'];
  await run('curl', [...json, '-d', '{}', `${drive}/commands/enable`]);

  const answer = await run('curl', [...json, '-d', '{"position": 40}', `${drive}/commands/move-absolute`]);

  const { status, result } = JSON.parse(answer.out) as { status: string; result: { finalPosition: number } };
  expect(status).toBe('done');
  expect(Math.abs(result.finalPosition - 40)).toBeLessThanOrEqual(0.025);
  expect(Math.abs((await site.state('curtain')).position - 40)).toBeLessThanOrEqual(0.025);
});

test('mosquitto_pub moves the same drive and the outcome is on its results', async () => {
  const topic = 'kmotion/drives/curtain';
  const broker = ['-h', '127.0.0.1', '-p', site.brokerPort];
  const listening = start('stdbuf', ['-oL', 'mosquitto_sub', ...broker, '-d', '-t', `${topic}/results`]);
  await vi.waitFor(() => expect(listening.text).toContain('SUBACK'), { timeout: 5000 });

  await run('mosquitto_pub', [...broker, '-q', '1', '-t', `${topic}/commands/move-absolute`, '-m', '{"position": 60}']);

  await vi.waitFor(() => expect(listening.text).toMatch(/"status":"done"/), { timeout: 15_000, interval: 50 });
  listening.kill();
  expect(Math.abs((await site.state('curtain')).position - 60)).toBeLessThanOrEqual(0.025);
});

test('kmotion move enables a drive, moves it and waits until it is there; stop proves rest', async () => {
  const moved = await kmotion('move', 'left', '30', '--url', site.url);

  expect(moved).toMatchObject({ code: 0, err: '' });
  expect(moved.out).toMatch(/^left: at (29\.9|30(\.0)?)\d* mm after \d\.\d\d s\n$/);

  const back = await kmotion('move', 'table', '--url', site.url, '--json', '--', '-10');
  expect(JSON.parse(back.out)).toMatchObject({ status: 'done', drive: 'table' });

  const stopped = await kmotion('stop', '--url', site.url, '--json');
  expect(stopped.code).toBe(0);
  expect(JSON.parse(stopped.out)).toMatchObject({ allConfirmed: true, unconfirmed: [], unreachable: [] });
});

test('a move that is refused is one line with numbers, and exit code 1', async () => {
  await site.post('/v1/drives/right/commands/release');

  const refused = await kmotion('move', 'right', '900', '--url', site.url);

  expect(refused.code).toBe(1);
  expect(refused.err).toMatch(/^refused \(422\): .*900.*400.*\n$/);
});

test('watch shows every drive', async () => {
  const live = start(process.execPath, [KMOTION, 'watch', '--url', site.url]);

  await vi.waitFor(() => expect(live.text).toMatch(/curtain +\S+ .*online/), { timeout: 5000 });

  live.kill('SIGINT');
});
