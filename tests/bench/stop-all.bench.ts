import { seededRandom } from '../../drivers/base/index.ts';
import { shippedProfile } from '../../drivers/profile/index.ts';
import { DriveEvent } from '../../services/contracts/index.ts';
import type { FrameEntry } from '../../simulator/index.ts';
import { median, quantile, type Bench, type Figure } from './bench.ts';
import { startRack, type Rack } from './rack.ts';

// POST /v1/stop on 32 axes on four paced 115200 lines, at random moments: from the request to the last frame that stops an
// axis, and to the last reading that shows one at rest. Virtual time: what the protocol, the wire and the ramp take.

const LINES = 4;
const AXES = 32;
const ROUNDS = 20;
/** From 80 mm/s with 400 mm/s2. */
const RAMP_MS = 200;
const CONTROLWORD = shippedProfile('kpower-reference').registers.controlword?.address;
const QUICK_STOP_BIT = 0x04;
const FLAT_OUT = { idleMs: 10, movingMs: 10 };

interface Case {
  readonly name: string;
  readonly moving: boolean;
  readonly broker: 'up' | 'down';
  /** Drives that answer nothing, the same number on each line. */
  readonly dead: number;
}

const CASES: readonly Case[] = [
  { name: 'idle', moving: false, broker: 'up', dead: 0 },
  { name: 'all moving, polled flat out', moving: true, broker: 'up', dead: 0 },
  { name: 'all moving, the broker dead', moving: true, broker: 'down', dead: 0 },
  { name: 'all others moving, 8 of 32 dead', moving: true, broker: 'up', dead: 8 },
];

interface Round {
  /** The last axis that was reached by any frame that stops it. */
  readonly reachedMs: number;
  /** The last axis that took a frame of its own. */
  readonly ownFrameMs: number;
  readonly confirmedMs: number;
  readonly confirmed: number;
  readonly answeredMs: number;
}

export const bench: Bench = {
  name: 'stop-all',
  what: `stop of ${AXES} axes on ${LINES} lines, ${ROUNDS} times each: to the last stop frame and to the last proof`,
  async run() {
    const figures: Figure[] = [];
    for (const one of CASES) figures.push(...figuresOf(one, await measure(one)));
    return figures;
  },
};

async function measure(one: Case): Promise<readonly Round[]> {
  const rack = await startRack({ lines: LINES, axes: AXES, hasTrigger: true, poll: FLAT_OUT });
  const confirmedAt = new Map<string, number>();
  rack.site.broker.bus('witness').subscribe('kmotion/drives/+/event/stop-confirmed', ({ payload }) => {
    const { drive, at } = DriveEvent.parse(JSON.parse(payload));
    confirmedAt.set(drive, Date.parse(at));
  });
  const random = seededRandom(1);
  const rounds: Round[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await makeReady(rack);
    await kill(rack, one.dead);
    if (one.moving) await startMotion(rack, round);
    await rack.site.clock.advance(500 + random() * 100);
    rounds.push(await stopOnce(rack, one, confirmedAt));
  }
  await rack.close();
  return rounds;
}

async function makeReady({ site, drives, group }: Rack): Promise<void> {
  for (const line of site.simulator.lines.values()) line.clearMishaps();
  site.broker.setOnline(true);
  for (let attempt = 0; attempt < 50; attempt++) {
    await site.clock.advance(1000);
    for (const command of ['reset', 'release', 'enable'] as const) await group(command);
    if (drives.every((drive) => site.orchestrator.registry.axisState(drive) === 'standstill')) return;
  }
  throw new Error('the rack is not ready again');
}

/** The first drives of each line answer nothing from now on; long enough for their services to know it. */
async function kill({ site }: Rack, dead: number): Promise<void> {
  if (dead === 0) return;
  for (const line of site.simulator.lines.values()) {
    for (let unit = 1; unit <= dead / LINES; unit++) line.addMishap({ kind: 'drop', rate: 1, unit });
  }
  await site.clock.advance(3000);
}

async function startMotion({ site, drives }: Rack, round: number): Promise<void> {
  const position = round % 2 === 0 ? 380 : 20;
  const alive = drives.filter((drive) => site.orchestrator.registry.axisState(drive) === 'standstill');
  const submits = alive.map(async (drive) =>
    site.hosts
      .get(site.site.drives.get(drive)?.line ?? '')
      ?.axes.get(drive)
      ?.submit('move-absolute', { position }),
  );
  await Promise.all(submits);
  await site.clock.advance(1000);
}

async function stopOnce({ site }: Rack, { broker }: Case, confirmedAt: Map<string, number>): Promise<Round> {
  if (broker === 'down') site.broker.setOnline(false);
  confirmedAt.clear();
  site.simulator.settle();
  const since = site.simulator.ledger.latest();
  const [beganMs, beganUnixMs] = [site.clock.nowMs(), site.clock.unixMs()];
  const report = await site.until(site.orchestrator.stopAll());
  site.simulator.settle();
  const frames = site.simulator.ledger.entries(since).filter((entry): entry is FrameEntry => entry.kind === 'frame');
  const stops = frames.filter(isStop);
  const lastOf = (own: readonly FrameEntry[]): number => {
    const first = new Map<string, number>();
    for (const { drive, atMs } of own) if (!first.has(drive)) first.set(drive, atMs);
    return Math.max(...first.values()) - beganMs;
  };
  return {
    reachedMs: lastOf(stops),
    ownFrameMs: lastOf(stops.filter(({ unit }) => unit !== 0)),
    confirmedMs: broker === 'down' ? report.durationMs : Math.max(...confirmedAt.values()) - beganUnixMs,
    confirmed: report.confirmed.length,
    answeredMs: report.durationMs,
  };
}

const isStop = ({ functionCode, address, values }: FrameEntry): boolean =>
  functionCode === 6 && address === CONTROLWORD && ((values?.[0] ?? QUICK_STOP_BIT) & QUICK_STOP_BIT) === 0;

function figuresOf({ name, moving, dead }: Case, rounds: readonly Round[]): Figure[] {
  const of = (part: keyof Round): number[] => rounds.map((round) => round[part]);
  const figure = (what: string, values: readonly number[], atMost?: number): Figure => ({
    measure: `${name}: ${what}, p50`,
    value: median(values),
    unit: 'ms',
    note: `p99 ${quantile(values, 0.99).toFixed(1)}`,
    ...(atMost !== undefined && { atMost }),
  });
  return [
    figure('to the last axis reached', of('reachedMs'), 100),
    figure("to the last axis's own stop frame", of('ownFrameMs')),
    figure(`to the last proof${moving ? `, ${RAMP_MS} of it the ramp` : ''}`, of('confirmedMs'), 1000),
    figure('to the answer', of('answeredMs')),
    {
      measure: `${name}: axes confirmed, least of all rounds`,
      value: Math.min(...of('confirmed')),
      unit: '',
      atLeast: AXES - dead,
    },
  ];
}
