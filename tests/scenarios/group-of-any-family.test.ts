import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import type { GroupCommandResource } from '../../services/contracts/index.ts';
import { startCommandedSite, type CommandedSite } from '../support/commanded-site.ts';
import type { GroupWord } from '../support/virtual-site.ts';

// Drives that cannot be armed join a group all the same: their registers are prepared, and the service holds the trigger.

/** Not the twin motors, whose maker does not say how long a ramp will be. */
const TIMED = ['kpower', 'mks', 'leadshine', 'oriental', 'feetech', 'kinco', 'nimotion'];
const families = `${readFileSync(fileURLToPath(new URL('../../config/families.yaml', import.meta.url)), 'utf8')}
groups:
  timed: { drives: [${TIMED.join(', ')}], maxStartSkewMs: 100 }
  with-curtain: { drives: [kpower, dooya], maxStartSkewMs: 4000 }
  twins: { drives: [zlac-left, zlac-right], maxStartSkewMs: 100 }
`;
const twoOnOneLine = `
site: two
http: { host: 127.0.0.1, port: 8080 }
mqtt: { url: embedded, root: kmotion }
lines: { one: { simulated: { baudRate: 38400 } } }
drives:
  upper:
    line: one
    unit: 1
    profile: leadshine-pr-rs
    axis: &axis
      { unit: mm, travelPerRevolution: 100, gearRatio: 20, range: [0, 100], maxVelocity: 10, maxAcceleration: 20, homingRequired: false }
  lower: { line: one, unit: 2, profile: leadshine-pr-rs, axis: *axis }
groups:
  both: { drives: [upper, lower], maxStartSkewMs: 100 }
`;

let site: CommandedSite;
afterEach(() => site.close());

async function groupDoes(group: string, word: GroupWord, body: object = {}): Promise<GroupCommandResource> {
  const { id } = site.orchestrator.groups.submit({ group, command: word, body });
  await site.until(site.orchestrator.groups.ended(id));
  return site.orchestrator.groups.read(group, id);
}

/** Every drive that takes part can go to a position at once. */
async function readyToGo(text: string): Promise<void> {
  site = await startCommandedSite(text);
  for (const { id, homing } of site.site.drives.values()) {
    const can = site.axisOf(id).view.capabilities();
    if (can.has('enable')) await site.run(id, 'enable', {});
    if (homing !== null) await site.run(id, 'home', {});
  }
}

function ledgerNow(): number {
  site.simulator.settle();
  return site.simulator.ledger.latest();
}

interface Seen {
  /** How far apart the shafts started and came to rest, as the ledger has it. */
  readonly startSkewMs: number;
  readonly arrivalSkewMs: number;
  readonly moved: readonly string[];
}

const apart = (instants: ReadonlyMap<string, number>): number =>
  instants.size < 2 ? 0 : Math.max(...instants.values()) - Math.min(...instants.values());

function seenSince(seq: number): Seen {
  site.simulator.settle();
  const starts = new Map<string, number>();
  const stops = new Map<string, number>();
  for (const entry of site.simulator.ledger.entries(seq)) {
    if (entry.kind === 'start' && !starts.has(entry.drive)) starts.set(entry.drive, entry.atMs);
    if (entry.kind === 'stop') stops.set(entry.drive, entry.atMs);
  }
  return {
    startSkewMs: apart(starts),
    arrivalSkewMs: apart(stops),
    moved: [...starts.keys()].toSorted(),
  };
}

test('drives of seven makers start and arrive together', async () => {
  await readyToGo(families);
  const since = ledgerNow();

  const move = await groupDoes('timed', 'move', { targets: Object.fromEntries(TIMED.map((drive) => [drive, 40])) });

  expect(move).toMatchObject({ status: 'done', error: null });
  const { moved, startSkewMs, arrivalSkewMs } = seenSince(since);
  expect(moved).toEqual(TIMED.toSorted());
  // each is heard to have started within a frame or two of its own line, and ramps as its maker rounds them
  expect(startSkewMs).toBeLessThan(30);
  expect(arrivalSkewMs).toBeLessThan(60);
});

test('two on one line make ready together, start a frame apart, and arrive together because the later has less time', async () => {
  await readyToGo(twoOnOneLine);
  // how far apart they start is learnt by the first
  await groupDoes('both', 'move', { targets: { upper: 40, lower: 40 } });
  const since = ledgerNow();

  const move = await groupDoes('both', 'move', { targets: { upper: 10, lower: 70 } });

  expect(move).toMatchObject({ status: 'done', error: null });
  const { startSkewMs, arrivalSkewMs } = seenSince(since);
  expect(Math.abs(startSkewMs - move.expectedStartSkewMs!)).toBeLessThan(2);
  expect(startSkewMs).toBeGreaterThan(0);
  expect(arrivalSkewMs).toBeLessThan(20);
});

test('when one of them reports a fault between prepare and commit, none moves', async () => {
  await readyToGo(twoOnOneLine);
  const arm = { group: 7, armTtlMs: 5000 };
  await site.run('upper', 'arm', { ...arm, position: 40 });
  await site.run('lower', 'arm', { ...arm, position: 40 });
  const since = ledgerNow();
  site.simulator.drives.get('lower')!.injectFault('following-error', { atMs: site.clock.nowMs() });

  const started = site.hosts.get('one')!.trigger({ group: 7, drives: ['upper', 'lower'] });

  await expect(site.until(started)).rejects.toThrow('fault');
  await site.clock.advance(3000);
  expect(seenSince(since).moved).toEqual([]);
  expect(site.axisOf('upper').state()).toMatchObject({ state: 'standstill', armed: null });
});

test('a stop while they wait for their instant starts none', async () => {
  await readyToGo(twoOnOneLine);
  const arm = { group: 7, armTtlMs: 5000 };
  await site.run('upper', 'arm', { ...arm, position: 40 });
  await site.run('lower', 'arm', { ...arm, position: 40 });
  const since = ledgerNow();
  const startAt = new Date(site.clock.unixMs() + 1000).toISOString();
  const started = site.hosts.get('one')!.trigger({ group: 7, drives: ['upper', 'lower'], startAt });
  started.catch(() => undefined);
  // all is written and read back by now
  await site.clock.advance(990);

  await site.run('lower', 'stop', {});

  await expect(site.until(started)).rejects.toThrow('Nothing was started');
  await site.clock.advance(3000);
  expect(seenSince(since).moved).toEqual([]);
});

test('the two motors of one unit, which take turns, start one after the other', async () => {
  await readyToGo(families);
  const since = ledgerNow();

  const move = await groupDoes('twins', 'move', { targets: { 'zlac-left': 40, 'zlac-right': 60 } });

  expect(move).toMatchObject({ status: 'done', error: null });
  expect(seenSince(since)).toMatchObject({ moved: ['zlac-left', 'zlac-right'] });
});

test('a curtain that goes as fast as it likes keeps no time with others, and goes with them when nobody asks for that', async () => {
  await readyToGo(families);
  const targets = { kpower: 30, dooya: 60 };

  expect(() => site.orchestrator.groups.submit({ group: 'with-curtain', command: 'move', body: { targets } })).toThrow(
    'dooya cannot be told its velocity and acceleration',
  );
  // it needs no enabling, which the group does not hold against it
  const enabled = await groupDoes('with-curtain', 'enable');
  const move = await groupDoes('with-curtain', 'move', { targets, sync: 'none' });

  expect(enabled).toMatchObject({ status: 'done', error: null });
  expect(move).toMatchObject({ status: 'done', error: null });
  expect(site.axisOf('dooya').state()).toMatchObject({ position: 60 });
});

const POINTS = [
  { positions: [20, 10], timeFromStartMs: 4000 },
  { positions: [30, 40], timeFromStartMs: 12_000 },
];

test.each([
  { who: 'two makers', text: families, group: 'timed', drives: ['kinco', 'nimotion'] },
  { who: 'two whose ramps are times', text: twoOnOneLine, group: 'both', drives: ['upper', 'lower'] },
])('$who go along the points of a path, and stop at each', async ({ text, group, drives }) => {
  await readyToGo(text);

  const path = await groupDoes(group, 'move-path', { drives, points: POINTS });

  expect(path).toMatchObject({ status: 'done', error: null, path: { mode: 'stop-and-go', pointsPassed: 2 } });
  expect(drives.map((drive) => Math.round(site.axisOf(drive).state().position ?? Number.NaN))).toEqual([30, 40]);
});

test('a curtain follows no path, and its group is told before anything moves', async () => {
  await readyToGo(families);

  const body = { drives: ['kpower', 'dooya'], points: POINTS };

  expect(() => site.orchestrator.groups.submit({ group: 'with-curtain', command: 'move-path', body })).toThrow(
    'dooya follows no path: it moves at a velocity of its own',
  );
});
