import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { createVirtualClock } from '../../drivers/base/index.ts';
import { Refusal } from '../../services/contracts/index.ts';
import type { Orchestrator } from '../../services/orchestrator/index.ts';
import { createMemoryPrograms } from '../../services/orchestrator/store/index.ts';
import type { MotionEntry } from '../../simulator/index.ts';
import { createLossyDevices, type Loss, type LossyDevices } from '../support/lossy-devices.ts';
import { machineOfOrchestrator, type MachineOfOrchestrator } from '../support/machine-of-orchestrator.ts';
import { startSiteInOneProcess, type SiteInOneProcess } from '../support/virtual-site.ts';

// Two orchestrators, north and south, on two lines with two drives each. Their machines are paused, slow, fast and cut off;
// their messages get lost. The ledger of the simulator says what the shafts did.

const folder = mkdtempSync(join(tmpdir(), 'kmotion-two-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'site.yaml');
const axis =
  '{ unit: mm, travelPerRevolution: 5, gearRatio: 10, range: [0, 400], maxVelocity: 80, maxAcceleration: 200, stopDeceleration: 400, homingRequired: false }';
const DRIVES = ['near-1', 'near-2', 'far-1', 'far-2'];
writeFileSync(
  file,
  `site: two
http: { port: 0 }
lines: { near: { simulated: true }, far: { simulated: true } }
drives:
${DRIVES.map((id) => `  ${id}: { line: ${id.split('-')[0]}, unit: ${id.split('-')[1]}, profile: kpower-reference, axis: ${axis} }`).join('\n')}
groups: { all: { drives: [${DRIVES.join(', ')}] } }
`,
);
const NORTH = { name: 'north', url: 'http://north.invalid' };
const SOUTH = { name: 'south', url: 'http://south.invalid' };
/** Of a lease that nobody renews, one look, and what a look may take. */
const TAKEN_WITHIN_MS = 3000 + 500 + 500;

interface Half {
  readonly orchestrator: Orchestrator;
  readonly machine: MachineOfOrchestrator;
  readonly lossy: LossyDevices;
}

interface TwoOrchestrators {
  readonly site: SiteInOneProcess;
  readonly north: Half;
  readonly south: Half;
}

let site: SiteInOneProcess;
afterEach(() => site.close());

interface Start {
  readonly seed?: number;
  /** How much faster than true time the clocks of north run. */
  readonly rate?: number;
  /** So much later south begins. */
  readonly southAfterMs?: number;
  readonly prepare?: (north: LossyDevices, south: LossyDevices) => void;
}

/** Waits until one of them is active. */
async function startTwo({ seed = 11, rate = 1, southAfterMs = 3000, prepare }: Start = {}): Promise<TwoOrchestrators> {
  const time = createVirtualClock();
  const store = {
    state: () => ({ state: 'ok', reason: null }) as const,
    onState: () => () => undefined,
    ...createMemoryPrograms(),
  };
  const [northLossy, southLossy] = [createLossyDevices(), createLossyDevices()];
  prepare?.(northLossy, southLossy);
  const machines: MachineOfOrchestrator[] = [];
  const setting = (self: typeof NORTH, lossy: LossyDevices, ownRate: number) => {
    const machine = machineOfOrchestrator(time, ownRate);
    machines.push(machine);
    return {
      self,
      store,
      clock: machine.clock,
      through: (connect: Parameters<LossyDevices['through']>[0]) => machine.through(lossy.through(connect, time)),
    };
  };
  site = await startSiteInOneProcess(seed, file, { time, ...setting(NORTH, northLossy, rate) });
  await time.advance(southAfterMs);
  const south = site.addOrchestrator(setting(SOUTH, southLossy, 1));
  const two: TwoOrchestrators = {
    site,
    north: { orchestrator: site.orchestrator, machine: machines[0]!, lossy: northLossy },
    south: { orchestrator: south, machine: machines[1]!, lossy: southLossy },
  };
  while (activeOf(two).length === 0 || !site.orchestrator.readiness().ready) await time.advance(100);
  return two;
}

const activeOf = ({ north, south }: TwoOrchestrators): string[] =>
  [north, south].flatMap(({ orchestrator }) =>
    orchestrator.leadership.isActive() ? (orchestrator.leadership.role()?.name ?? []) : [],
  );

async function group(half: Half, command: 'enable' | 'move' | 'stop' | 'release', body: object = {}): Promise<string> {
  const { groups } = half.orchestrator;
  try {
    const { id } = groups.submit({ group: 'all', command, body });
    await site.until(groups.ended(id));
    const { status, error } = groups.read('all', id);
    return error === null ? status : `${status} ${error.code}`;
  } catch (error) {
    if (error instanceof Refusal) return `refused ${error.problem.code}`;
    throw error;
  }
}

const targets = (position: number): object => ({ targets: Object.fromEntries(DRIVES.map((id) => [id, position])) });
const at = (drive: string): number => Math.round(site.simulator.drives.get(drive)!.plant().position / 20_000);
const positions = (): number[] => DRIVES.map(at);
const isAllAtRest = (): boolean => DRIVES.every((id) => site.simulator.drives.get(id)!.plant().velocity === 0);

let since = 0;
afterEach(() => void (since = 0));
/** Drives whose shaft began to turn since this was asked last, each as often as it did. */
function starts(): string[] {
  site.simulator.settle();
  const entries = site.simulator.ledger.entries(since);
  since = site.simulator.ledger.latest();
  return entries.filter((entry): entry is MotionEntry => entry.kind === 'start').map(({ drive }) => drive);
}

describe('at the start', () => {
  const losses: readonly Loss[] = ['request', 'answer', { lateMs: 400 }];
  const lines = ['near', 'far'];
  const begin: readonly (readonly [string, Start])[] = [
    ['one after the other', {}],
    ['at once', { southAfterMs: 0 }],
    ['50 ms apart', { southAfterMs: 50 }],
    ...lines.flatMap((line) =>
      losses.flatMap((loss): (readonly [string, Start])[] => [
        [
          `at once, ${JSON.stringify(loss)} of north's claim of ${line} lost or late`,
          { southAfterMs: 0, prepare: (north) => north.lose(`${line} lead`, loss) },
        ],
        [
          `at once, ${JSON.stringify(loss)} of both claims of ${line} lost or late`,
          {
            southAfterMs: 0,
            prepare: (north, south) => (north.lose(`${line} lead`, loss), south.lose(`${line} lead`, loss)),
          },
        ],
      ]),
    ),
  ];
  test.each(begin)('%s, exactly one is active, and the other names it', async (_how, start) => {
    const two = await startTwo(start);
    await site.clock.advance(10_000);

    const [name] = activeOf(two);
    expect(activeOf(two)).toHaveLength(1);
    const standby = name === 'north' ? two.south : two.north;
    expect(standby.orchestrator.leadership.role()).toMatchObject({ role: 'standby', active: { name } });
    for (const line of lines) expect(site.hosts.get(line)!.leadership.state().leader?.name).toBe(name);
  });

  test('a standby hears the site, and takes every stop', async () => {
    const { north, south } = await startTwo();
    expect(await group(north, 'enable')).toBe('done');
    const moving = group(north, 'move', targets(300));
    await site.clock.advance(1500);

    expect(south.orchestrator.registry.axisState('far-2')).toBe('discreteMotion');
    const report = await site.until(south.orchestrator.stopAll());

    expect(report).toMatchObject({ allConfirmed: true, unreachable: [] });
    expect(await moving).toMatch(/^(aborted|failed)/);
    expect(isAllAtRest()).toBe(true);
    expect(await group(south, 'stop')).toBe('done');
  });
});

describe('a take-over', () => {
  test('by command: the one before is refused at its next message and stands by; what it has begun goes to its end', async () => {
    const { north, south } = await startTwo();
    await group(north, 'enable');
    const before = north.orchestrator.groups.submit({ group: 'all', command: 'move', body: targets(200) });
    await site.clock.advance(1500);

    const report = await site.until(south.orchestrator.leadership.takeOver());
    await site.clock.advance(1500);

    expect(report).toMatchObject({ name: 'south', taken: ['near', 'far'], silent: [] });
    expect(activeOf({ site, north, south })).toEqual(['south']);
    expect(north.orchestrator.groups.read('all', before.id)).toMatchObject({
      status: 'aborted',
      error: { code: 'fenced' },
    });
    expect(await group(north, 'move', targets(10))).toBe('refused standby');
    await site.clock.advance(8000);
    expect(positions()).toEqual([200, 200, 200, 200]);
    expect(await group(south, 'move', targets(100))).toBe('done');
    expect(positions()).toEqual([100, 100, 100, 100]);
  });

  test('back and forth leaves exactly one, each time', async () => {
    const two = await startTwo();
    for (const half of [two.south, two.north, two.south, two.north]) {
      await site.until(half.orchestrator.leadership.takeOver());
      await site.clock.advance(2000);
      expect(activeOf(two)).toEqual([half.orchestrator.leadership.role()!.name]);
    }
  });

  test('when the active one is gone, within its lease and a look', async () => {
    const two = await startTwo();
    await group(two.north, 'enable');
    const goneAtMs = site.clock.nowMs();
    two.north.machine.pause();
    while (activeOf(two).at(-1) !== 'south') await site.clock.advance(50);

    expect(site.clock.nowMs() - goneAtMs).toBeLessThanOrEqual(TAKEN_WITHIN_MS);
    expect(await group(two.south, 'move', targets(50))).toBe('done');
  });

  test('when the active one closes in order, at the next look', async () => {
    const two = await startTwo();
    const closedAtMs = site.clock.nowMs();
    await site.until(two.north.orchestrator.leadership.close());
    while (!two.south.orchestrator.leadership.isActive()) await site.clock.advance(50);

    expect(site.clock.nowMs() - closedAtMs).toBeLessThanOrEqual(600);
  });

  test('does not happen while renewals are lost that leave the lease, nor when a process of a line is started anew', async () => {
    const two = await startTwo();
    for (let round = 0; round < 5; round++) {
      two.north.lossy.lose('near lead on', 'request');
      two.north.lossy.lose('far lead on', 'answer');
      await site.clock.advance(3000);
      expect(activeOf(two)).toEqual(['north']);
    }
    for (const line of ['near', 'far'])
      two.site.hosts.get(line)!.leadership.take({
        leader: NORTH,
        instance: '00000000-0000-4000-8000-00000000ffff',
        ttlMs: 500,
        takeOver: true,
      });
    await site.clock.advance(20_000);
    expect(activeOf(two)).toHaveLength(1);
  });
});

/** By its own lease, by the lines, or on the way, because it has found out meanwhile. */
const REFUSED = /^(refused standby|failed memberRefused|aborted fenced)$/;

/** Every message of a group move after which north is taken away. */
const MESSAGES = [...DRIVES.map((drive) => `${drive} arm`), 'near trigger', 'far trigger'];

describe('a group move in which the active one is lost', () => {
  type Way = 'paused' | 'paused, its clock slow' | 'taken over';
  const lostAfter = async (
    message: string,
    way: Way,
  ): Promise<{ outcome: string; again: string; starts: string[] }> => {
    const two = await startTwo(way === 'paused, its clock slow' ? { rate: 0.4 } : {});
    const { north, south } = two;
    await group(north, 'enable');
    starts();
    north.lossy.onAnswered(message, () => {
      if (way === 'taken over') void south.orchestrator.leadership.takeOver();
      else north.machine.pause();
    });
    const { id } = north.orchestrator.groups.submit({ group: 'all', command: 'move', body: targets(200) });
    await site.clock.advance(12_000);
    const begun = starts();
    north.machine.resume();
    await site.clock.advance(5000);
    await site.until(north.orchestrator.groups.ended(id));
    const late = starts();
    const again = await group(north, 'move', targets(20));
    await site.clock.advance(3000);
    expect([...late, ...starts()], 'motions of north after it was lost').toEqual([]);
    expect(activeOf(two)).toEqual(['south']);
    expect(isAllAtRest()).toBe(true);
    const isThere = positions().every((position) => position === 200);
    const outcome = begun.length === 0 ? 'none moved' : isThere ? 'arrived' : 'stopped';
    return { outcome, again, starts: begun };
  };

  for (const way of ['paused', 'paused, its clock slow', 'taken over'] as const) {
    test.each(MESSAGES)(
      `${way} after %s: it arrives, stops or never begins, and nobody starts twice`,
      async (message) => {
        const { again, starts: begun } = await lostAfter(message, way);

        expect(new Set(begun).size).toBe(begun.length);
        expect(again).toMatch(REFUSED);
      },
    );
  }
});

describe('clocks and ways that differ', () => {
  test('one whose clock runs at two fifths believes in its lease too long: the lines refuse it, and it stands by', async () => {
    const two = await startTwo({ rate: 0.4 });
    const { north } = two;
    await group(north, 'enable');
    starts();
    north.machine.pause();
    await site.clock.advance(6000);
    expect(two.south.orchestrator.leadership.isActive()).toBe(true);
    // by its own clock 2400 ms have passed, and its lease is good for 3000
    north.machine.resume();
    expect(north.orchestrator.leadership.isActive()).toBe(true);

    const answer = await group(north, 'move', targets(60));
    await site.clock.advance(50);

    expect(answer).toMatch(REFUSED);
    expect(starts()).toEqual([]);
    expect(activeOf(two)).toEqual(['south']);
  });

  test.each([0.4, 2.5])('at %f times true time it goes on leading as long as it lives', async (rate) => {
    const two = await startTwo({ rate });
    await site.clock.advance(60_000);

    expect(activeOf(two)).toHaveLength(1);
  });

  test('each cut off from one line: a line obeys one at any time; together again, one leads', async () => {
    const two = await startTwo();
    await group(two.north, 'enable');
    starts();
    two.north.machine.cutOff.add('far');
    two.south.machine.cutOff.add('near');
    await site.clock.advance(10_000);
    expect(activeOf(two)).toEqual(['north', 'south']);
    expect(['near', 'far'].map((line) => site.hosts.get(line)!.leadership.state().leader?.name)).toEqual([
      'north',
      'south',
    ]);
    expect(await group(two.north, 'move', targets(60))).toMatch(/^failed/);
    expect(starts()).toEqual([]);

    two.north.machine.cutOff.clear();
    two.south.machine.cutOff.clear();
    await site.clock.advance(10_000);

    expect(activeOf(two)).toHaveLength(1);
    const [name] = activeOf(two);
    expect(['near', 'far'].map((line) => site.hosts.get(line)!.leadership.state().leader?.name)).toEqual([name, name]);
  });

  test('one that is cut off from every line stands by, and the other leads', async () => {
    const two = await startTwo();
    two.north.machine.cutOff.add('near').add('far');
    await site.clock.advance(10_000);

    expect(activeOf(two)).toEqual(['south']);
    expect(two.north.orchestrator.leadership.role()).toMatchObject({ role: 'standby' });
  });
});

describe('a program', () => {
  const SOURCE = JSON.stringify({
    steps: [
      { move: { drive: 'near-1', to: 100 } },
      { move: { drive: 'near-1', to: 200 } },
      { move: { drive: 'near-1', to: 300 } },
    ],
  });

  async function running(): Promise<TwoOrchestrators & { readonly run: string }> {
    const two = await startTwo();
    await group(two.north, 'enable');
    await site.until(two.north.orchestrator.programming.programs.save('far-away', SOURCE, null));
    const { run } = await site.until(two.north.orchestrator.programming.runs.start('far-away', {}, null));
    await site.clock.advance(800);
    return { ...two, run };
  }

  test.each(['gone', 'taken over'])(
    'whose orchestrator is %s is interrupted, its move ends as planned, and nothing goes on by itself',
    async (how) => {
      const { north, south, run } = await running();
      if (how === 'gone') north.machine.pause();
      else await site.until(south.orchestrator.leadership.takeOver());
      await site.clock.advance(10_000);

      const { runs } = south.orchestrator.programming;
      expect(await site.until(runs.read(run))).toMatchObject({
        status: 'interrupted',
        interruption: { positions: [{ drive: 'near-1' }] },
      });
      expect(at('near-1')).toBe(100);
      north.machine.resume();
      await site.clock.advance(10_000);
      expect(at('near-1')).toBe(100);
      expect(north.orchestrator.programming.runs.open()).toEqual([]);

      await site.until(runs.command(run, 'resume'));
      await site.clock.advance(20_000);

      expect(await site.until(runs.read(run))).toMatchObject({ status: 'done' });
      expect(at('near-1')).toBe(300);
    },
  );
});
