import { systemClock } from '../../drivers/base/index.ts';
import type { GroupCommandResource } from '../../services/contracts/index.ts';
import type { LedgerEntry } from '../../simulator/index.ts';
import { median, type Bench, type Figure } from './bench.ts';
import { startRunningSite, type RunningSite } from './running-site.ts';

const MOVES = 50;
const MOST_LOST = 20;
const SIDES = ['lift-left', 'lift-right'];

/** Spread of the instants at which both sides began and came to rest, as the simulator's ledger saw them. */
interface Skew {
  readonly startMs: number;
  readonly arrivalMs: number;
  readonly plannedMs: number;
  readonly tookMs: number;
  readonly expectedMs: number;
  readonly overheadMs: number;
}

/** Both sides of the lift, with ways of different length every time, on a 115200 line paced like a real one. */
export const bench: Bench = {
  name: 'group-skew',
  what: `${MOVES} group moves of the two sides of a lift: skew of start and arrival from the simulator's ledger`,
  async run() {
    const site = await startRunningSite();
    try {
      const skews: Skew[] = [];
      let lost = -1;
      for (let index = 0; skews.length < MOVES && lost < MOST_LOST; index++) {
        // A starved machine can silence a line long enough to end a move, as it should; such a move is counted, not hidden.
        const skew = lost < 0 ? null : await oneMove(site, index);
        if (skew !== null) skews.push(skew);
        else lost += await recover(site);
      }
      return [...figures(skews), { measure: 'moves ended by a silent line', value: lost, unit: '', atMost: 0 }];
    } finally {
      await site.close();
    }
  },
};

async function lift(site: RunningSite, command: string, body: object = {}): Promise<GroupCommandResource> {
  return (await site.post(`/v1/groups/lift/commands/${command}`, body, 60)).body as GroupCommandResource;
}

/** From any state to enabled and homed; gives 1. */
async function recover(site: RunningSite): Promise<1> {
  let homed: GroupCommandResource | null = null;
  for (let attempt = 0; attempt < 20 && homed?.status !== 'done'; attempt++) {
    for (const command of ['reset', 'release', 'enable']) await lift(site, command);
    homed = await lift(site, 'home');
    // A line that was called bad heals over its last transactions: 1000 of them, or 50 after a burst.
    if (homed.status !== 'done') await systemClock.sleep(3000);
  }
  if (homed?.status !== 'done') throw new Error(`the lift cannot be homed: ${JSON.stringify(homed)}`);
  return 1;
}

/** Null when the move did not come to its end. */
async function oneMove(site: RunningSite, index: number): Promise<Skew | null> {
  const since = (await readLedger(site, 0)).latest;
  const height = index % 2 === 0 ? 60 : 20;
  const targets = { 'lift-left': height, 'lift-right': height + (index % 5) * 3 };
  const beganMs = performance.now();
  const { status, plannedDurationMs, expectedSkewMs } = await lift(site, 'move', { targets });
  if (status !== 'done') return null;
  const tookMs = performance.now() - beganMs;
  const { entries } = await readLedger(site, since);
  const first = SIDES.map((drive) => instantOf(entries, drive, ['start', 'change']));
  const lastStops = SIDES.map((drive) => instantOf(entries.toReversed(), drive, ['stop']));
  const plannedMs = plannedDurationMs ?? 0;
  return {
    startMs: spread(first),
    arrivalMs: spread(lastStops),
    plannedMs,
    tookMs: Math.max(...lastStops) - Math.min(...first),
    expectedMs: expectedSkewMs ?? 0,
    overheadMs: tookMs - plannedMs,
  };
}

async function readLedger(site: RunningSite, since: number): Promise<{ latest: number; entries: LedgerEntry[] }> {
  const response = await fetch(`${site.simulatorUrl}/v1/ledger?since=${since}`);
  return (await response.json()) as { latest: number; entries: LedgerEntry[] };
}

/** A shaft that still settles from its last motion begins the next with a `change`. */
function instantOf(entries: readonly LedgerEntry[], drive: string, kinds: readonly string[]): number {
  const found = entries.find((entry) => entry.drive === drive && kinds.includes(entry.kind));
  if (found === undefined) throw new Error(`the ledger has no ${kinds.join(' or ')} of ${drive}`);
  return found.atMs;
}

const spread = (instants: readonly number[]): number => Math.max(...instants) - Math.min(...instants);

function figures(skews: readonly Skew[]): Figure[] {
  const of = (part: keyof Skew): number[] => skews.map((skew) => skew[part]);
  const shared = { unit: 'ms' };
  const late = skews.map(({ plannedMs, tookMs }) => Math.abs(tookMs - plannedMs));
  return [
    { ...shared, measure: 'planned duration, p50', value: median(of('plannedMs')) },
    { ...shared, measure: 'duration in the ledger, p50', value: median(of('tookMs')) },
    { ...shared, measure: 'ledger against plan, max', value: Math.max(...late) },
    { ...shared, measure: 'expected skew by the plan, max', value: Math.max(...of('expectedMs')) },
    { ...shared, measure: 'start skew, p50', value: median(of('startMs')) },
    { ...shared, measure: 'start skew, max', value: Math.max(...of('startMs')), atMost: 20 },
    { ...shared, measure: 'arrival skew, p50', value: median(of('arrivalMs')) },
    { ...shared, measure: 'arrival skew, max', value: Math.max(...of('arrivalMs')), atMost: 20 },
    { ...shared, measure: 'REST in to done, beyond the planned duration, p50', value: median(of('overheadMs')) },
  ];
}
