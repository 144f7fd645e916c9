import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { shippedFolder } from '../../drivers/profile/index.ts';
import type { GroupCommandResource } from '../../services/contracts/index.ts';
import type { MotionEntry } from '../../simulator/index.ts';
import { createLossyDevices, type LossyDevices } from '../support/lossy-devices.ts';
import { startSiteInOneProcess, type GroupWord, type SiteInOneProcess } from '../support/virtual-site.ts';

// Three axes on two paced lines follow twenty points: drives that take a new target on their way, and drives that do not.
// Every message gets lost once, and the path is cancelled in every segment. The simulator's ledger says what the shafts did.

const folder = mkdtempSync(join(tmpdir(), 'kmotion-path-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const axis =
  '{ unit: mm, travelPerRevolution: 5, gearRatio: 10, range: [0, 400], maxVelocity: 80, maxAcceleration: 200, stopDeceleration: 400, homingRequired: false }';
const COUNTS_PER_MM = 20_000;
const DRIVES = ['near-1', 'near-2', 'far-1'] as const;

writeFileSync(
  join(folder, 'at-rest.yaml'),
  readFileSync(join(shippedFolder(), 'kpower-reference.yaml'), 'utf8')
    .replace(/^id: .*$/m, 'id: at-rest')
    .replace(/^retargets: .*$/m, 'retargets: at-rest'),
);

/** @param stopping the drives that take a new target only at rest */
function siteFile(stopping: readonly string[]): string {
  const file = join(folder, `site-${stopping.length}.yaml`);
  const drives = DRIVES.map((id) => {
    const [line, unit] = id.split('-');
    return `  ${id}: { line: ${line}, unit: ${unit}, profile: ${stopping.includes(id) ? 'at-rest' : 'kpower-reference'}, axis: ${axis} }`;
  });
  writeFileSync(
    file,
    `site: path
http: { port: 0 }
profiles: .
lines: { near: { simulated: { baudRate: 115200, paced: true } }, far: { simulated: { baudRate: 115200, paced: true } } }
drives:
${drives.join('\n')}
groups: { all: { drives: [${DRIVES.join(', ')}], maxStartSkewMs: 50 } }
`,
  );
  return file;
}

const POINTS = 20;
const EVERY_MS = 300;
/** Once forth and back, each axis as far as its number says. */
const height = (index: number, at: number): number =>
  Number(((20 + 10 * at) * (1 - Math.cos((2 * Math.PI * index) / POINTS))).toFixed(3));
const points = Array.from({ length: POINTS }, (_, index) => ({
  positions: DRIVES.map((_drive, at) => height(index + 1, at)),
  timeFromStartMs: (index + 1) * EVERY_MS,
}));
const path = { drives: DRIVES, points };

let site: SiteInOneProcess;
let lossy: LossyDevices;
afterEach(() => site.close());

async function bringUp(stopping: readonly string[] = []): Promise<void> {
  lossy = createLossyDevices();
  site = await startSiteInOneProcess(5, siteFile(stopping), {
    through: lossy.through,
    poll: { idleMs: 100, movingMs: 20 },
  });
  while (!site.orchestrator.readiness().ready) await site.clock.advance(100);
  await site.clock.advance(1000);
  expect((await run('enable')).status).toBe('done');
}

function begin(command: GroupWord, body: object = {}): string {
  return site.orchestrator.groups.submit({ group: 'all', command, body }).id;
}

async function ended(id: string): Promise<GroupCommandResource> {
  await site.until(site.orchestrator.groups.ended(id));
  return site.orchestrator.groups.read('all', id);
}

const run = (command: GroupWord, body: object = {}): Promise<GroupCommandResource> => ended(begin(command, body));

/** From wherever the last trouble left them, back to where the path begins. */
async function backToTheStart(): Promise<void> {
  await run('reset');
  await run('release');
  await run('enable');
  const home = await run('move', { targets: Object.fromEntries(DRIVES.map((drive) => [drive, 0])) });
  expect(home.error).toBeNull();
  await site.clock.advance(500);
}

const mark = (): number => {
  site.simulator.settle();
  return site.simulator.ledger.latest();
};
function motionsSince(seq: number): readonly MotionEntry[] {
  site.simulator.settle();
  return site.simulator.ledger.entries(seq).filter((entry): entry is MotionEntry => entry.kind !== 'frame');
}
const shafts = (): number[] => DRIVES.map((id) => site.simulator.drives.get(id)!.plant().position / COUNTS_PER_MM);
const setpointCounter = (drive: string): number =>
  site.hosts.get('near')!.axes.get(drive)!.kit.drive.latest()!.state.setpointCounter!;
const areAtRest = (): boolean => DRIVES.every((id) => site.simulator.drives.get(id)!.plant().velocity === 0);

/** As far off the plan as any shaft ever is, seen by the simulator itself at the points. */
async function farthestAtPoints(startedAtMs: number, planned: (index: number) => readonly number[]): Promise<number> {
  let farthest = 0;
  for (let index = 1; index <= POINTS; index++) {
    await site.clock.advance(startedAtMs + index * EVERY_MS - site.clock.nowMs());
    site.simulator.settle();
    const off = shafts().map((position, at) => Math.abs(position - planned(index)[at]!));
    farthest = Math.max(farthest, ...off);
  }
  return farthest;
}

async function untilFirstTurns(since: number): Promise<number> {
  for (;;) {
    const first = motionsSince(since)[0];
    if (first !== undefined) return first.atMs;
    await site.clock.advance(5);
  }
}

test('drives that take a new target on their way go through twenty points at their times without a stop', async () => {
  await bringUp();
  const since = mark();
  const id = begin('move-path', path);
  const startedAtMs = await untilFirstTurns(since);
  const farthest = await farthestAtPoints(startedAtMs, (index) => DRIVES.map((_drive, at) => height(index, at)));
  const done = await ended(id);

  expect(done).toMatchObject({
    status: 'done',
    error: null,
    plannedDurationMs: POINTS * EVERY_MS,
    path: { mode: 'blending', reason: null, isOnTime: true, pointsPassed: POINTS },
  });
  // the fastest of them goes 84 mm/s2 with a target every 100 ms
  expect(farthest).toBeLessThan(1);
  expect(Math.max(...done.path!.axes.map(({ measuredDeviation }) => measuredDeviation!))).toBeLessThan(1);
  expect(done.path!.arrivedAfterMs).toBeLessThan(POINTS * EVERY_MS + 300);
  for (const { goalDeviation } of done.path!.axes) expect(goalDeviation).toBeLessThan(0.05);
  // one stop for each axis: where it turns round it does not rest long enough to be seen
  const stops = motionsSince(since).filter(({ kind }) => kind === 'stop');
  for (const drive of DRIVES) expect(stops.filter((stop) => stop.drive === drive).length).toBeLessThanOrEqual(2);
});

test('with one drive that takes targets only at rest all stop at every point, and the answer says whose doing it is', async () => {
  await bringUp(['far-1']);
  const since = mark();
  const done = await run('move-path', { ...path, points: points.slice(0, 6) });

  expect(done).toMatchObject({ status: 'done', path: { mode: 'stop-and-go', isOnTime: false, pointsPassed: 6 } });
  expect(done.path!.reason).toMatch(/far-1: .* only at rest/);
  for (const drive of DRIVES) {
    const rests = motionsSince(since).flatMap((entry) =>
      entry.drive === drive && entry.kind === 'stop' ? [entry.to / COUNTS_PER_MM] : [],
    );
    const at = DRIVES.indexOf(drive);
    for (let index = 1; index <= 6; index++) {
      expect(rests.some((position) => Math.abs(position - height(index, at)) < 0.05)).toBe(true);
    }
  }
  expect(site.orchestrator.registry.entry('far-1').description!.path).toEqual({
    mode: 'stop-and-go',
    reason: expect.stringContaining('only at rest'),
  });
  expect(site.orchestrator.registry.entry('near-1').description!.path).toEqual({ mode: 'blending', reason: null });
});

/** From the halt: a set-point that is being written, the halt's own frames, and the ramp from 80 mm/s with 200 mm/s2. */
const HALTED_WITHIN_MS = 700;
/** Not answered for its time to live of some 130 ms, then stopped from 80 mm/s with 400 mm/s2. */
const STOPPED_WITHIN_MS = 700;

async function judgeRest(since: number, struckAtMs: number): Promise<{ withinMs: number; after: number }> {
  await site.clock.advance(1500);
  const last = motionsSince(since).at(-1)?.atMs ?? struckAtMs;
  const quiet = mark();
  await site.clock.advance(2500);
  return { withinMs: last - struckAtMs, after: motionsSince(quiet).length + (areAtRest() ? 0 : 1) };
}

test.each(['halt', 'stop'] as const)(
  'a %s in any segment brings all to rest within its bound, and nothing moves afterwards',
  async (word) => {
    await bringUp();
    const outcomes: { status: string; withinMs: number; after: number }[] = [];
    for (let segment = 0; segment < POINTS; segment += word === 'halt' ? 1 : 4) {
      const since = mark();
      const id = begin('move-path', path);
      const startedAtMs = await untilFirstTurns(since);
      await site.clock.advance(startedAtMs + (segment + 0.37) * EVERY_MS - site.clock.nowMs());
      const struckAtMs = site.clock.nowMs();
      begin(word);
      const { status } = await ended(id);
      outcomes.push({ status, ...(await judgeRest(since, struckAtMs)) });
      await backToTheStart();
    }

    expect(outcomes.map(({ status }) => status)).toEqual(outcomes.map(() => 'aborted'));
    expect(outcomes.map(({ after }) => after)).toEqual(outcomes.map(() => 0));
    expect(Math.max(...outcomes.map(({ withinMs }) => withinMs))).toBeLessThan(HALTED_WITHIN_MS);
  },
  120_000,
);

test('a set-point or its answer that gets lost in any segment stops all, in 20 of 20', async () => {
  await bringUp();
  const outcomes: { reported: string | undefined; withinMs: number; after: number }[] = [];
  for (let segment = 0; segment < POINTS; segment++) {
    const call = `${DRIVES[segment % DRIVES.length]!} move-absolute`;
    const since = mark();
    const before = lossy.begun.length;
    lossy.lose(call, segment % 2 === 0 ? 'request' : 'answer', segment * 2);
    const id = begin('move-path', path);
    const told = (): number => lossy.begun.slice(before).filter((name) => name === call).length;
    while (told() <= segment * 2) await site.clock.advance(5);
    const struckAtMs = site.clock.nowMs();
    const { status, error } = await ended(id);
    expect(status).toBe('failed');
    outcomes.push({ reported: error?.code, ...(await judgeRest(since, struckAtMs)) });
    await backToTheStart();
  }

  expect(outcomes.map(({ reported }) => reported)).toEqual(outcomes.map(() => 'writeUnverified'));
  expect(outcomes.map(({ after }) => after)).toEqual(outcomes.map(() => 0));
  expect(Math.max(...outcomes.map(({ withinMs }) => withinMs))).toBeLessThan(STOPPED_WITHIN_MS);
}, 240_000);

test('a set-point that comes late is refused where it comes late, also where no stop has come before it', async () => {
  await bringUp();
  for (const lateMs of [250, 400]) {
    const since = mark();
    const call = 'near-2 move-absolute';
    const before = lossy.begun.length;
    lossy.lose(call, { lateMs }, 10);
    lossy.lose('near-2 stop', 'request');
    const id = begin('move-path', path);
    while (lossy.begun.slice(before).filter((name) => name === call).length <= 10) await site.clock.advance(5);
    const struckAtMs = site.clock.nowMs();
    // the other way of a stop is down too; the next attempt at this one comes after the set-point
    site.broker.setOnline(false);
    await site.clock.advance(lateMs - 20);
    const accepted = setpointCounter('near-2');
    await site.clock.advance(60);
    expect(setpointCounter('near-2')).toBe(accepted);
    site.broker.setOnline(true);

    expect((await ended(id)).status).toBe('failed');
    expect((await judgeRest(since, struckAtMs)).after).toBe(0);
    await backToTheStart();
  }
});

test('a set-point that ran out of time on its way is what the end of the path names, not the stop that follows from it', async () => {
  await bringUp();
  const id = begin('move-path', path);
  await site.clock.advance(1500);

  // as a device process says it: first the state that the stop makes of the axis, then how the command ended
  const error = { code: 'ttlExpired', detail: 'the intent came too late' };
  const report = { drive: 'near-2', command: 'move-absolute', status: 'failed', result: null, error };
  const outside = site.broker.bus('outside');
  outside.subscribe('kmotion/drives/near-2/state', ({ payload }) => {
    if (!payload.includes('"state":"stopping"')) return;
    const outdated = { ...report, id: '6f1b2c3d-0000-4000-8000-000000000001' };
    outside.publish('kmotion/drives/near-2/results', JSON.stringify(outdated));
  });
  void site.hosts.get('near')!.axes.get('near-2')!.stop('move-absolute failed');

  const ending = await ended(id);
  expect(ending).toMatchObject({ status: 'failed', error: { code: 'ttlExpired' } });
  expect(ending.error!.detail).toMatch(/^near-2: a set-point could not leave within \d+ ms, .* path tolerance of \d/);
});

test('a set-point that comes no later than the path tolerance bears is taken, and the path goes on', async () => {
  await bringUp();
  lossy.lose('near-2 move-absolute', { lateMs: 300 }, 10);

  const pathTolerance = Object.fromEntries(DRIVES.map((drive) => [drive, 30]));
  expect(await run('move-path', { ...path, pathTolerance })).toMatchObject({ status: 'done', error: null });
});

test('what a slow line leaves behind the plan at its end is made good at once, and not crept', async () => {
  await bringUp();
  const pathTolerance = Object.fromEntries(DRIVES.map((drive) => [drive, 30]));
  const id = begin('move-path', { ...path, pathTolerance });
  await site.clock.advance(4800);
  site.simulator.lines.get('near')!.addMishap({ kind: 'late', rate: 1, ms: 20 });

  const ending = await ended(id);
  expect(ending).toMatchObject({ status: 'done', error: null });
  expect(ending.path!.arrivedAfterMs).toBeLessThan(POINTS * EVERY_MS + 1000);
});

test('when nobody sends set-points any more the drives come to rest on the path by themselves', async () => {
  await bringUp();
  const since = mark();
  begin('move-path', path);
  const startedAtMs = await untilFirstTurns(since);
  await site.clock.advance(startedAtMs + 4.5 * EVERY_MS - site.clock.nowMs());
  const here = shafts();
  site.orchestrator.close();
  const { withinMs, after } = await judgeRest(since, site.clock.nowMs());

  expect(after).toBe(0);
  expect(withinMs).toBeLessThan(1000);
  for (const [at, position] of shafts().entries()) {
    expect(position).toBeGreaterThanOrEqual(here[at]!);
    expect(position).toBeLessThanOrEqual(2 * (20 + 10 * at) + 0.05);
  }
});

const troubles: Readonly<Record<string, () => void>> = {
  fault: () => site.simulator.drives.get('near-2')!.injectFault('over-temperature', { atMs: site.clock.nowMs() }),
  reboot: () => site.simulator.drives.get('near-2')!.injectFault('reboot', { atMs: site.clock.nowMs() }),
  'dead process': () => void site.kill('near'),
  'halt of a member': () =>
    void site.hosts
      .get('near')!
      .axes.get('near-2')!
      .submit('halt', {})
      .catch(() => undefined),
  'move of a member': () =>
    void site.hosts
      .get('near')!
      .axes.get('near-2')!
      .submit('move-absolute', { position: 0 })
      .catch(() => undefined),
};
test.each(Object.keys(troubles))('a %s in the middle of the path stops every other member', async (what) => {
  await bringUp();
  const since = mark();
  const id = begin('move-path', path);
  const startedAtMs = await untilFirstTurns(since);
  await site.clock.advance(startedAtMs + 7.5 * EVERY_MS - site.clock.nowMs());
  const struckAtMs = site.clock.nowMs();
  troubles[what]!();
  const failed = await ended(id);
  const { withinMs, after } = await judgeRest(since, struckAtMs);

  expect(failed.status).toBe('failed');
  expect(after).toBe(0);
  // a killed process leaves its drives to their own watchdog of 1000 ms, and to their last target
  expect(withinMs).toBeLessThan(what === 'dead process' ? 1500 : STOPPED_WITHIN_MS);
});

test('a shaft that is held leaves the path by more than is allowed: the group is stopped, and the error names it', async () => {
  await bringUp();
  const since = mark();
  const id = begin('move-path', { ...path, pathTolerance: { 'far-1': 0.8 } });
  const startedAtMs = await untilFirstTurns(since);
  await site.clock.advance(startedAtMs + 3 * EVERY_MS - site.clock.nowMs());
  site.simulator.drives.get('far-1')!.setLoad({ blockedAt: shafts()[2]! });
  const failed = await ended(id);
  const { after } = await judgeRest(since, site.clock.nowMs());

  expect(failed.status).toBe('failed');
  expect(failed.error!.code).toBe('pathTolerance');
  expect(failed.error!.detail).toContain('far-1');
  expect(after).toBe(0);
});

test('from point to point a halt in any segment, and any message of it that gets lost, ends the path at rest for good', async () => {
  await bringUp([...DRIVES]);
  const short = { ...path, points: points.slice(0, 5) };
  const outcomes: { status: string; after: number }[] = [];
  for (let segment = 0; segment < 5; segment++) {
    const since = mark();
    const id = begin('move-path', short);
    while (site.orchestrator.groups.read('all', id).path!.pointsPassed < segment) await site.clock.advance(20);
    await site.clock.advance(segment * 90);
    begin('halt');
    const { status } = await ended(id);
    outcomes.push({ status, after: (await judgeRest(since, site.clock.nowMs())).after });
    await backToTheStart();
  }
  for (const call of ['near-2 arm', 'far-1 arm', 'near trigger', 'far trigger']) {
    for (const loss of ['request', 'answer'] as const) {
      const since = mark();
      lossy.lose(call, loss, 2);
      const { status } = await run('move-path', short);
      outcomes.push({ status, after: (await judgeRest(since, site.clock.nowMs())).after });
      await backToTheStart();
    }
  }

  expect(outcomes.map(({ after }) => after)).toEqual(outcomes.map(() => 0));
  expect(outcomes.map(({ status }) => status)).toEqual([
    ...Array.from({ length: 5 }, () => 'aborted'),
    ...Array.from({ length: 8 }, () => 'failed'),
  ]);
}, 120_000);
