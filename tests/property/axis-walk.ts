import * as fc from 'fast-check';
import { Refusal, type CommandReport, type DriveCommandName } from '../../services/contracts/index.ts';
import type { AxisEvent } from '../../services/device/axis-parts.ts';
import type { CommandRecord } from '../../services/device/command-record.ts';
import { axisBench, type AxisBench } from '../services/device/axis-bench.ts';

// An axis and all that can come to it in any order: commands, their loss and repetition, trouble of the drive and the line.

type Mishap = 'fault' | 'unplug' | 'plug' | 'silence' | 'reboot' | 'stall' | 'push' | 'lose-answer';
export type Act = readonly [what: DriveCommandName | Mishap | 'cancel' | 'pass', value: number];

const position = fc.integer({ min: -20, max: 420 });
const some = (...what: readonly Act[0][]): fc.Arbitrary<Act> => fc.tuple(fc.constantFrom(...what), position);

/** Motion is asked for often, trouble comes seldom, time passes most. */
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: some('move-absolute', 'move-relative') },
  { weight: 3, arbitrary: some('move-velocity', 'jog') },
  { weight: 4, arbitrary: some('enable', 'home', 'reset') },
  { weight: 4, arbitrary: some('stop', 'release', 'halt', 'cancel') },
  { weight: 2, arbitrary: some('arm', 'trigger', 'disarm') },
  { weight: 2, arbitrary: some('disable', 'set-position', 'set-override') },
  { weight: 2, arbitrary: some('fault', 'reboot', 'silence', 'stall', 'push', 'lose-answer') },
  { weight: 1, arbitrary: some('unplug', 'plug') },
  { weight: 6, arbitrary: fc.tuple(fc.constant('pass' as const), fc.integer({ min: 1, max: 1500 })) },
);
export const history = fc.array(act, { minLength: 5, maxLength: 40 });

const bodies: Partial<Record<DriveCommandName, (value: number) => object>> = {
  'move-absolute': (value) => ({ position: value, bufferMode: value % 3 === 0 ? 'buffered' : 'aborting' }),
  'move-relative': (value) => ({ distance: value / 10 }),
  'move-velocity': (value) => ({ velocity: (value % 50) + 0.5, maxDurationMs: 300 }),
  jog: (value) => ({ velocity: (value % 50) + 0.5 }),
  'set-position': (value) => ({ position: value }),
  'set-override': (value) => ({ velocityFactor: value % 2 === 0 ? 1 : 0.5 }),
  arm: (value) => ({ position: value, group: 1, armTtlMs: 500 }),
};

/** What the outside does to the drive. */
const mishaps: Record<Mishap, (bench: AxisBench) => void> = {
  fault: ({ drive }) => drive.failWith(0x2310, 'over-current'),
  reboot: ({ drive }) => drive.reboot(),
  silence: ({ drive }) => void (drive.answers = !drive.answers),
  unplug: ({ drive }) => drive.offline(),
  plug: ({ drive }) => drive.online(),
  stall: ({ drive }) => drive.stall(),
  push: ({ drive }) => drive.push(30_000),
  'lose-answer': ({ drive }) => void (drive.loseAnswerTo = drive.loseAnswerTo === null ? 'moveTo' : null),
};

/** An axis and everything that it has said. */
export interface Walk {
  readonly bench: AxisBench;
  readonly records: Set<CommandRecord>;
  readonly events: AxisEvent[];
  readonly reports: CommandReport[];
  /** State changes in their order, as "from to to". */
  edges(): readonly string[];
  perform(act: Act): Promise<void>;
}

/** @param look called whenever the axis says that something may have changed, and after every act */
export async function startWalk(look: (walk: Walk) => void = () => undefined): Promise<Walk> {
  const events: AxisEvent[] = [];
  const reports: CommandReport[] = [];
  const records = new Set<CommandRecord>();
  const seen: { walk: Walk | null } = { walk: null };
  const looked = (): void => void (seen.walk !== null && look(seen.walk));
  const bench = await axisBench({
    listener: {
      changed: looked,
      event: (event) => void events.push(event),
      reported(report) {
        reports.push(report);
        looked();
      },
    },
  });
  await bench.ready();
  const walk: Walk = {
    bench,
    records,
    events,
    reports,
    edges: () => events.filter(({ type }) => type === 'state-changed').map(({ detail }) => detail),
    async perform(one) {
      await perform(one, walk);
      look(walk);
    },
  };
  seen.walk = walk;
  return walk;
}

async function perform([what, value]: Act, { bench, records }: Walk): Promise<void> {
  const mishap = mishaps[what as Mishap];
  if (what === 'pass') await bench.pass(value);
  else if (mishap !== undefined) mishap(bench);
  else if (what === 'cancel') await cancelOne(value, bench, records);
  else {
    const name = what as DriveCommandName;
    const submitted = bench.axis.submit<never>(name as never, (bodies[name]?.(value) ?? {}) as never);
    submitted.then(
      (record) => records.add(record),
      (error: unknown) => {
        if (!(error instanceof Refusal)) throw error;
      },
    );
  }
  await bench.pass(1);
}

async function cancelOne(value: number, bench: AxisBench, records: ReadonlySet<CommandRecord>): Promise<void> {
  const all = [...records];
  const chosen = all[Math.abs(value) % Math.max(1, all.length)];
  if (chosen !== undefined) await bench.axis.cancel(chosen.id);
}

/** The line and the drive are well again; a fault stays until it is reset. */
export function heal({ bench: { drive } }: Walk): void {
  drive.answers = true;
  drive.loseAnswerTo = null;
  drive.online();
}

/** Intents that can start, continue or re-target motion. */
export const MOTION: readonly string[] = ['moveTo', 'moveVelocity', 'startArmed', 'home'];
