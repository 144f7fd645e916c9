import { courseThrough } from '../../services/orchestrator/domain/path/course.ts';
import { motionAt } from '../../services/orchestrator/domain/path/curve.ts';
import { quantile, type Bench, type Figure } from './bench.ts';
import { startRack, type Rack } from './rack.ts';

const POINTS = 20;
const EVERY_MS = 500;
const COUNTS_PER_MM = 20_000;
const SAMPLE_MS = 5;
const MAX_VELOCITY = 80;
const MAX_ACCELERATION = 200;

/** Once forth and back, each axis another way: the farthest at 60 mm/s. */
const positions = (drives: number, index: number): number[] =>
  Array.from({ length: drives }, (_, at) =>
    Number(((50 + 35 * (at / drives)) * (1 - Math.cos((2 * Math.PI * index) / POINTS))).toFixed(3)),
  );

/** How far each shaft is from its plan, every 5 ms, as the simulator itself sees it; no reading is between. */
async function deviations(rack: Rack): Promise<{ readonly off: readonly number[]; readonly everyMs: number | null }> {
  const { site, drives } = rack;
  const points = Array.from({ length: POINTS }, (_, index) => ({
    positions: positions(drives.length, index + 1),
    timeFromStartMs: (index + 1) * EVERY_MS,
  }));
  const limits = { position: 0, maxVelocity: MAX_VELOCITY, maxAcceleration: MAX_ACCELERATION };
  const course = courseThrough(
    drives.map(() => limits),
    points,
    1,
  );
  if (course === null) throw new Error('the path has no way to go');
  const { groups } = site.orchestrator;
  site.simulator.settle();
  const since = site.simulator.ledger.latest();
  const { id } = groups.submit({ group: 'all', command: 'move-path', body: { drives, points } });
  const startedAtMs = await untilFirstTurns(rack, since);
  const off: number[] = [];
  while (groups.read('all', id).endedAt === null) {
    await site.clock.advance(SAMPLE_MS);
    site.simulator.settle();
    const atS = (site.clock.nowMs() - startedAtMs) / 1000;
    if (atS > (POINTS * EVERY_MS) / 1000) continue;
    for (const [at, drive] of drives.entries()) {
      const shaft = (site.simulator.drives.get(drive)?.plant().position ?? Number.NaN) / COUNTS_PER_MM;
      off.push(Math.abs(shaft - motionAt(course.curves[at] ?? [], atS).position));
    }
  }
  const ended = groups.read('all', id);
  if (ended.status !== 'done') throw new Error(JSON.stringify(ended.error));
  return { off, everyMs: ended.path?.setpointEveryMs ?? null };
}

async function untilFirstTurns({ site }: Rack, since: number): Promise<number> {
  for (;;) {
    site.simulator.settle();
    const first = site.simulator.ledger.entries(since).find(({ kind }) => kind !== 'frame');
    if (first !== undefined) return first.atMs;
    await site.clock.advance(SAMPLE_MS);
  }
}

export const bench: Bench = {
  name: 'path-deviation',
  what: `a path of ${POINTS} points in ${(POINTS * EVERY_MS) / 1000} s at up to 50 mm/s: each shaft against its plan, on one 115200 line`,
  async run() {
    const figures: Figure[] = [];
    for (const axes of [2, 8]) {
      const rack = await startRack({ lines: 1, axes, hasTrigger: true, poll: { idleMs: 200, movingMs: 20 } });
      try {
        const { off, everyMs } = await deviations(rack);
        const of = `${axes} axes: `;
        figures.push(
          { measure: `${of}a new target every`, value: everyMs ?? Number.NaN, unit: 'ms' },
          { measure: `${of}deviation from the plan, p50`, value: quantile(off, 0.5), unit: 'mm' },
          { measure: `${of}deviation from the plan, p99`, value: quantile(off, 0.99), unit: 'mm' },
          {
            measure: `${of}deviation from the plan, max`,
            value: Math.max(...off),
            unit: 'mm',
            atMost: axes === 2 ? 0.5 : 1.5,
          },
        );
      } finally {
        await rack.close();
      }
    }
    return figures;
  },
};
