import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { LedgerEntry } from '../../simulator/index.ts';
import { createLossyDevices, type Loss, type LossyDevices } from '../support/lossy-devices.ts';
import { startSiteInOneProcess, type SiteInOneProcess } from '../support/virtual-site.ts';

// Two lines with two drives each move as one group; every message of the protocol gets lost once, comes late, or is the
// last that a process or a drive sees. The simulator's ledger says what the shafts did.

const folder = mkdtempSync(join(tmpdir(), 'kmotion-lost-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const TRAVEL_PER_REVOLUTION_MM = 5;
const GEAR_RATIO = 10;
const axis = `{ unit: mm, travelPerRevolution: ${TRAVEL_PER_REVOLUTION_MM}, gearRatio: ${GEAR_RATIO}, range: [0, 400], maxVelocity: 80, maxAcceleration: 200, stopDeceleration: 400, homingRequired: false }`;
const DRIVES = ['near-1', 'near-2', 'far-1', 'far-2'];
/** Drives that hold a set-point until one frame starts all of them; and such as cannot, for which the service holds it. */
const HELD_BY_THE_DRIVE = 'kpower-reference';
const HELD_BY_THE_SERVICE = 'nimotion-lms-cia402';

function siteOf(profile: string): string {
  const file = join(folder, `${profile}.yaml`);
  writeFileSync(
    file,
    `site: lost
http: { port: 0 }
lines: { near: { simulated: true }, far: { simulated: true } }
drives:
${DRIVES.map((id) => `  ${id}: { line: ${id.split('-')[0]}, unit: ${id.split('-')[1]}, profile: ${profile}, axis: ${axis} }`).join('\n')}
groups: { all: { drives: [${DRIVES.join(', ')}] } }
`,
  );
  return file;
}

/**
 * From the first shaft that turns to the last at rest: a start that nobody proves is given 1000 ms, a stop that nobody
 * answers is sent again after 250 ms, its ramp takes 200 ms, and here nobody reads a drive more often than every 250 ms; a
 * killed process leaves its drives to their own watchdog of 1000 ms.
 */
const BOUND_MS = 2000;
const TARGET = 200;

interface Outcome {
  readonly kind: 'arrived' | 'none moved' | 'stopped' | 'WRONG';
  readonly reported: string;
  /** From the first that turned, or from the mishap where that came later, to the last that came to rest. */
  readonly withinMs: number;
  readonly detail: string;
}

/** `strike` says when it happened, where that is not before the move. */
type Mishap = (site: SiteInOneProcess, lossy: LossyDevices, strike: () => void) => void;

async function moveWith(mishap: Mishap, profile: string): Promise<Outcome> {
  const lossy = createLossyDevices();
  const site = await startSiteInOneProcess(11, siteOf(profile), { through: lossy.through });
  try {
    while (!site.orchestrator.readiness().ready) await site.clock.advance(100);
    await runGroup(site, 'enable');
    let struckAtMs = 0;
    mishap(site, lossy, () => (struckAtMs = site.clock.nowMs()));
    site.simulator.settle();
    const since = site.simulator.ledger.latest();
    const reported = await runGroup(site, 'move', { targets: Object.fromEntries(DRIVES.map((id) => [id, TARGET])) });
    await site.clock.advance(8000);
    site.simulator.settle();
    return judged(site, { reported, struckAtMs }, site.simulator.ledger.entries(since));
  } finally {
    await site.close();
  }
}

async function runGroup(site: SiteInOneProcess, command: 'enable' | 'move', body: object = {}): Promise<string> {
  const { groups } = site.orchestrator;
  const { id } = groups.submit({ group: 'all', command, body });
  await site.until(groups.ended(id));
  const { status, error } = groups.read('all', id);
  return status === 'done' ? status : `${status} ${error?.code}`;
}

function judged(
  site: SiteInOneProcess,
  { reported, struckAtMs }: { readonly reported: string; readonly struckAtMs: number },
  entries: readonly LedgerEntry[],
): Outcome {
  const motions = entries.filter(({ kind }) => kind !== 'frame');
  const plants = DRIVES.map((id) => site.simulator.drives.get(id)!.plant());
  const { countsPerRevolution } = site.site.drives.get(DRIVES[0]!)!.profile;
  const countsPerMm = (GEAR_RATIO * countsPerRevolution) / TRAVEL_PER_REVOLUTION_MM;
  const isAllThere = plants.every(({ position }) => Math.abs(position / countsPerMm - TARGET) < 0.1);
  const isAllAtRest = plants.every(({ velocity }) => velocity === 0);
  const starts = motions.filter(({ kind }) => kind === 'start').map(({ atMs }) => atMs);
  const withinMs =
    starts.length === 0 ? 0 : Math.max(...motions.map(({ atMs }) => atMs)) - Math.max(struckAtMs, Math.min(...starts));
  const detail = JSON.stringify({
    reported,
    positions: plants.map(({ position }) => position / countsPerMm),
    withinMs,
  });
  const of = (kind: Outcome['kind']): Outcome => ({ kind, reported, withinMs, detail });
  if (!isAllAtRest) return of('WRONG');
  if (reported === 'done') return of(isAllThere ? 'arrived' : 'WRONG');
  if (starts.length === 0) return of('none moved');
  return of(withinMs <= BOUND_MS ? 'stopped' : 'WRONG');
}

const tally = (outcomes: readonly Outcome[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { kind, detail } of outcomes) {
    const key = kind === 'WRONG' ? `WRONG ${detail}` : kind;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
};

async function all(mishaps: readonly Mishap[], profile = HELD_BY_THE_DRIVE): Promise<Record<string, number>> {
  const outcomes: Outcome[] = [];
  for (const mishap of mishaps) outcomes.push(await moveWith(mishap, profile));
  return tally(outcomes);
}

const losing =
  (...lost: readonly (readonly [string, Loss])[]): Mishap =>
  (_site, lossy) => {
    for (const [call, loss] of lost) lossy.lose(call, loss);
  };
const ARMS = DRIVES.map((drive) => `${drive} arm`);
const TRIGGERS = ['near trigger', 'far trigger'];
const BOTH: readonly Loss[] = ['request', 'answer'];
const each = <A, B>(some: readonly A[], others: readonly B[]): (readonly [A, B])[] =>
  some.flatMap((one) => others.map((other) => [one, other] as const));

const late = (lateMs: number): readonly Mishap[] => TRIGGERS.map((call) => losing([call, { lateMs }]));

const killing =
  (call: string): Mishap =>
  (site, lossy) =>
    lossy.onAnswered(call, () => void site.kill('far'));
const killedMidway: Mishap = (site, lossy, strike) =>
  lossy.onAnswered('far trigger', () => {
    site.clock.after(1000, () => (strike(), void site.kill('far')));
  });

const off = (site: SiteInOneProcess): void => {
  site.simulator.drives.get('far-1')!.injectFault('reboot', { atMs: site.clock.nowMs() });
};
const switchedOff =
  (call: string): Mishap =>
  (site, lossy) =>
    lossy.onAnswered(call, () => off(site));
const offMidway: Mishap = (site, lossy, strike) =>
  lossy.onAnswered('far trigger', () => {
    site.clock.after(1000, () => (strike(), off(site)));
  });

describe.each([HELD_BY_THE_DRIVE, HELD_BY_THE_SERVICE])('%s', (profile) => {
  test('undisturbed, all four arrive', async () => {
    expect(await all([() => undefined], profile)).toEqual({ arrived: 1 });
  });

  test('a set-point or its answer that gets lost: none moves, in 8 of 8', async () => {
    const mishaps = each(ARMS, BOTH).map((lost) => losing(lost));

    expect(await all(mishaps, profile)).toEqual({ 'none moved': 8 });
  }, 60_000);

  test('with the disarming lost as well none moves all the same, in 8 of 8', async () => {
    const mishaps = each(DRIVES, BOTH).map(([drive, loss]) =>
      losing(['far-2 arm', 'request'], [`${drive} disarm`, loss]),
    );

    expect(await all(mishaps, profile)).toEqual({ 'none moved': 8 });
  }, 60_000);

  test('a start or its answer that gets lost stops all that started, in 4 of 4', async () => {
    expect(
      await all(
        each(TRIGGERS, BOTH).map((lost) => losing(lost)),
        profile,
      ),
    ).toEqual({ stopped: 4 });
  }, 60_000);

  test('a drive that is switched off after any message takes nobody with it into a motion alone, in 7 of 7', async () => {
    const outcomes = await all([...ARMS.map(switchedOff), ...TRIGGERS.map(switchedOff), offMidway], profile);

    expect(outcomes).toEqual({ stopped: 7 });
  }, 120_000);
});

test('so it does when a stop or its answer gets lost on top, and the broker is down, in 16 of 16', async () => {
  const mishaps = each([true, false], each(DRIVES, BOTH)).map(([isOnline, [drive, loss]]): Mishap => (site, lossy) => {
    lossy.lose('far trigger', 'answer');
    lossy.lose(`${drive} stop`, loss);
    lossy.onAnswered('near trigger', () => site.broker.setOnline(isOnline));
  });

  const outcomes = await all(mishaps);

  expect(outcomes).toEqual({ stopped: 16 });
}, 120_000);

test('a start that comes late is refused by its line: in time the others never begin, too late they are stopped', async () => {
  expect(await all(late(200))).toEqual({ arrived: 2 });
  expect(await all(late(251))).toEqual({ stopped: 2 });
}, 60_000);

test('a process that is killed after any message leaves nobody moving, in 7 of 7', async () => {
  const outcomes = await all([...ARMS.map(killing), ...TRIGGERS.map(killing), killedMidway]);

  expect(outcomes).toEqual({ 'none moved': 4, stopped: 3 });
}, 120_000);
