import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { DriveDescription, GroupCommandResource } from '../../services/contracts/index.ts';
import type { LedgerEntry } from '../../simulator/index.ts';
import { run, RunningSite, SITE, start } from './running-site.ts';

// Two sides of a lift follow a path, as `kmotion up` runs them: processes of their own, real time, pseudo-terminals.

let site: RunningSite;
beforeAll(async () => {
  site = new RunningSite(SITE.replace('drives: [left, right]', 'drives: [left, right], maxStartSkewMs: 50'));
  await site.ready();
  await lift('enable');
});
afterAll(() => site.stop());

const lift = (command: string, body: object = {}): Promise<GroupCommandResource> =>
  site.post(`/v1/groups/lift/commands/${command}`, body);

/** Forth and back, both sides by other ways. */
const points = [30, 60, 40, 70, 0].map((height, index) => ({
  positions: [height, height / 2],
  timeFromStartMs: (index + 1) * 1500,
}));
const path = { drives: ['left', 'right'], points };

async function ledger(since: number): Promise<{ latest: number; entries: readonly LedgerEntry[] }> {
  return site.json(`${site.partUrl('simulator')}/v1/ledger?since=${since}`);
}

test('the description of a drive says how it goes through points', async () => {
  const { path: mode } = await site.json<DriveDescription>('/v1/drives/left');

  expect(mode).toEqual({ mode: 'blending', reason: null });
});

test('curl sends a path and is told how far the drives were from it, and when they arrived', async () => {
  const json = ['-sS', '-H', 'prefer: wait=20', '-H', 'content-type: application/json'];
  const url = `${site.url}/v1/groups/lift/commands/move-path`;
  const answer = await run('curl', [...json, '-d', JSON.stringify(path), url]);

  const done = JSON.parse(answer.out) as GroupCommandResource;
  expect(done).toMatchObject({
    status: 'done',
    error: null,
    plannedDurationMs: 7500,
    path: { mode: 'blending', isOnTime: true, pointsPassed: 5 },
  });
  for (const { measuredDeviation, goalDeviation, segments } of done.path!.axes) {
    expect(segments).toHaveLength(5);
    expect(measuredDeviation).toBeLessThan(5);
    expect(goalDeviation).toBeLessThan(0.1);
  }
  expect(Math.abs((await site.state('left')).position)).toBeLessThan(0.1);
});

test('mosquitto_pub sends one too, its outcome is on the results of the group; a wrong one is refused there', async () => {
  const topic = 'kmotion/groups/lift';
  const broker = ['-h', '127.0.0.1', '-p', site.brokerPort];
  const listening = start('stdbuf', ['-oL', 'mosquitto_sub', ...broker, '-d', '-t', `${topic}/results`]);
  await vi.waitFor(() => expect(listening.text).toContain('SUBACK'), { timeout: 5000 });
  const publish = (body: object): Promise<unknown> =>
    run('mosquitto_pub', [...broker, '-q', '1', '-t', `${topic}/commands/move-path`, '-m', JSON.stringify(body)]);

  await publish({ ...path, points: [{ positions: [10, 500], timeFromStartMs: 30_000 }] });
  await vi.waitFor(() => expect(listening.text).toMatch(/"status":"refused".*range is 0 to 400/), { timeout: 5000 });
  await publish({ ...path, points: [{ positions: [10, 20], timeFromStartMs: 2000 }] });
  await vi.waitFor(() => expect(listening.text).toMatch(/"status":"done".*"mode":"blending"/), {
    timeout: 15_000,
    interval: 50,
  });
  listening.kill();
});

test('cancelled on its way it is at rest within a second, and nothing moves any more', async () => {
  const { id } = await site.json<GroupCommandResource>('/v1/groups/lift/commands/move-path', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(path),
  });
  const command = `/v1/groups/lift/commands/${id}`;
  const passed = async (): Promise<number> => (await site.json<GroupCommandResource>(command)).path?.pointsPassed ?? 0;
  await vi.waitFor(async () => expect(await passed()).toBe(2), { timeout: 8000, interval: 20 });

  await site.json(command, { method: 'DELETE' });
  await vi.waitFor(async () => expect((await site.json<GroupCommandResource>(command)).status).toBe('aborted'));
  await vi.waitFor(async () => {
    for (const side of ['left', 'right']) expect(await site.state(side)).toMatchObject({ state: 'standstill' });
  });
  const { latest } = await ledger(0);
  // for as long as the path would have gone on, and more
  const fromMs = Date.parse((await site.state('left')).sampledAt);
  const readMs = async (): Promise<number> => Date.parse((await site.state('left')).sampledAt) - fromMs;
  await vi.waitFor(async () => expect(await readMs()).toBeGreaterThan(6000), { timeout: 20_000, interval: 200 });
  const begun = (await ledger(latest)).entries.filter(({ kind }) => kind === 'start' || kind === 'change');
  expect(begun).toEqual([]);
}, 60_000);
