import { median, quantile, type Bench, type Figure } from './bench.ts';
import { startRack, type Rack, type RackSize } from './rack.ts';

// Phase-synchronised moves of 2, 8 and 32 axes on one paced 115200 line and on four, with the group trigger, without it,
// and beside them the same moves commanded one by one. Virtual time: what the protocol and the wire cost, without the
// jitter of a host, which group-skew measures.

const MOVES = 20;
/** Where one frame starts all. */
const BOUNDS = { start: 2, arrival: 5 };
const SIZES: readonly Omit<RackSize, 'hasTrigger'>[] = [
  { lines: 1, axes: 2 },
  { lines: 1, axes: 8 },
  { lines: 1, axes: 32 },
  { lines: 4, axes: 8 },
  { lines: 4, axes: 32 },
];
/** The ways differ from axis to axis and from move to move. */
const targetsOf = ({ drives }: Rack, move: number): Readonly<Record<string, number>> =>
  Object.fromEntries(drives.map((drive, index) => [drive, (move % 2 === 0 ? 60 : 20) + ((index * 7 + move * 3) % 20)]));

interface Skew {
  readonly startMs: number;
  readonly arrivalMs: number;
  /** By the plan; what was commanded one by one has none. */
  readonly expectedStartMs: number;
  readonly expectedArrivalMs: number;
}

type Way = 'group trigger' | 'one after the other, compensated' | 'unsynchronised';

async function measure(size: Omit<RackSize, 'hasTrigger'>, way: Way): Promise<readonly Skew[]> {
  const rack = await startRack({ ...size, hasTrigger: way === 'group trigger' });
  const skews: Skew[] = [];
  // the first move teaches a line without a trigger how far apart its starts are
  for (let move = 0; move <= MOVES; move++) {
    rack.motions();
    const expected = await run(rack, way, targetsOf(rack, move));
    const motions = rack.motions();
    if (move === 0) continue;
    skews.push({
      ...expected,
      startMs: spread(motions.map(({ startMs }) => startMs)),
      arrivalMs: spread(motions.map(({ endMs }) => endMs)),
    });
  }
  await rack.close();
  return skews;
}

async function run(
  rack: Rack,
  way: Way,
  targets: Readonly<Record<string, number>>,
): Promise<Pick<Skew, 'expectedStartMs' | 'expectedArrivalMs'>> {
  if (way === 'unsynchronised') {
    await rack.moveAlone(targets);
    return { expectedStartMs: Number.NaN, expectedArrivalMs: Number.NaN };
  }
  const { status, error, expectedSkewMs, expectedStartSkewMs } = await rack.group('move', { targets });
  if (status !== 'done') throw new Error(`${way}: ${error?.code} ${error?.detail}`);
  return { expectedStartMs: expectedStartSkewMs ?? Number.NaN, expectedArrivalMs: expectedSkewMs ?? Number.NaN };
}

const spread = (instants: readonly number[]): number => Math.max(...instants) - Math.min(...instants);

function figuresOf({ lines, axes }: Omit<RackSize, 'hasTrigger'>, way: Way, skews: readonly Skew[]): Figure[] {
  const name = `${axes} axes on ${lines === 1 ? 'one line' : `${lines} lines`}, ${way}`;
  const of = (part: keyof Skew): number[] => skews.map((skew) => skew[part]);
  const planned = (part: keyof Skew): string =>
    way === 'unsynchronised'
      ? ''
      : `; planned p50 ${median(of(part)).toFixed(2)}, max ${Math.max(...of(part)).toFixed(2)}`;
  const figure = (what: 'start' | 'arrival', part: keyof Skew, plan: keyof Skew): Figure => ({
    measure: `${name}: ${what} skew, p50`,
    value: median(of(part)),
    unit: 'ms',
    note: `p99 ${quantile(of(part), 0.99).toFixed(1)}, max ${Math.max(...of(part)).toFixed(1)}${planned(plan)}`,
    ...(way === 'group trigger' && { atMost: BOUNDS[what] }),
  });
  return [figure('start', 'startMs', 'expectedStartMs'), figure('arrival', 'arrivalMs', 'expectedArrivalMs')];
}

export const bench: Bench = {
  name: 'group-matrix',
  what: `${MOVES} moves of 2, 8 and 32 axes on virtual time: planned and measured skew with and without the group trigger`,
  async run() {
    const figures: Figure[] = [];
    for (const size of SIZES) {
      for (const way of ['group trigger', 'one after the other, compensated', 'unsynchronised'] as const) {
        figures.push(...figuresOf(size, way, await measure(size, way)));
      }
    }
    return figures;
  },
};
