import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Refusal, type DriveCommandName } from '../../../services/contracts/index.ts';
import type { CommandRecord } from '../../../services/device/command-record.ts';
import { axisBench, type AxisBench } from './axis-bench.ts';

// Motion reference, section 9: whatever comes in whatever order, these hold.

type Act = readonly [
  what: DriveCommandName | 'fault' | 'unplug' | 'plug' | 'silence' | 'reboot' | 'pass',
  value: number,
];

const position = fc.integer({ min: -50, max: 450 });
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constantFrom('move-absolute' as const, 'move-relative' as const), position) },
  { weight: 4, arbitrary: fc.tuple(fc.constantFrom('enable' as const, 'home' as const, 'reset' as const), position) },
  { weight: 4, arbitrary: fc.tuple(fc.constantFrom('stop' as const, 'release' as const, 'halt' as const), position) },
  { weight: 2, arbitrary: fc.tuple(fc.constantFrom('arm' as const, 'trigger' as const, 'disarm' as const), position) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom('disable' as const, 'set-position' as const), position) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom('fault' as const, 'reboot' as const, 'silence' as const), position),
  },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom('unplug' as const, 'plug' as const), position) },
  { weight: 6, arbitrary: fc.tuple(fc.constant('pass' as const), fc.integer({ min: 1, max: 1500 })) },
);

const bodies: Partial<Record<DriveCommandName, (value: number) => object>> = {
  'move-absolute': (value) => ({ position: value, bufferMode: value % 3 === 0 ? 'buffered' : 'aborting' }),
  'move-relative': (value) => ({ distance: value / 10 }),
  'set-position': (value) => ({ position: value }),
  arm: (value) => ({ position: value, group: 1, armTtlMs: 500 }),
};

/** What the outside does to the drive; anything else is a command. */
const mishaps: Record<string, (bench: AxisBench) => void> = {
  fault: ({ drive }) => drive.failWith(0x2310, 'over-current'),
  reboot: ({ drive }) => drive.reboot(),
  silence: ({ drive }) => void (drive.answers = !drive.answers),
  unplug: ({ drive }) => drive.offline(),
  plug: ({ drive }) => drive.online(),
};

async function perform([what, value]: Act, bench: AxisBench, records: Set<CommandRecord>): Promise<void> {
  const mishap = mishaps[what];
  if (what === 'pass') await bench.pass(value);
  else if (mishap !== undefined) mishap(bench);
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

/** No arrow in PLCopen's figure: these never follow each other, whatever lies between being told. */
const FORBIDDEN = new Set(
  ['stopping', 'errorStop', 'disabled', 'unknown'].flatMap((from) =>
    ['homing', 'discreteMotion', 'continuousMotion'].map((to) => `${from} to ${to}`),
  ),
);
for (const from of ['discreteMotion', 'continuousMotion']) FORBIDDEN.add(`${from} to homing`);
for (const to of ['discreteMotion', 'continuousMotion']) FORBIDDEN.add(`homing to ${to}`);
// readings that come back show the motion that never ended
for (const to of ['homing', 'discreteMotion', 'continuousMotion']) FORBIDDEN.delete(`unknown to ${to}`);

/** Found once: a stop that joined an earlier one, which was failing on the line before it came back. */
const stoppedOnADeadLine: Act[] = [
  ['disable', 0],
  ['unplug', 0],
  ['stop', 0],
];

test('any history keeps to the state machine, ends each command once, and after a stop moves nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 40 }), async (history) => {
      const bench = await axisBench();
      await bench.ready();
      const records = new Set<CommandRecord>();
      for (const one of history) await perform(one, bench, records);

      const edges = bench.events.filter(({ type }) => type === 'state-changed').map(({ detail }) => detail);
      expect(edges.filter((edge) => FORBIDDEN.has(edge))).toEqual([]);

      bench.drive.answers = true;
      bench.drive.online();
      const stop = await bench.run('stop', {});
      const accepted = bench.drive.accepted.length;
      await bench.pass(60_000);

      expect(stop.resource().result).toMatchObject({ stop: 'confirmed' });
      expect(bench.axis.state()).toMatchObject({ moving: false, stopLatched: true });
      const moving = ['moveTo', 'startArmed', 'home', 'arm', 'enable'];
      expect(bench.drive.accepted.slice(accepted).filter(({ kind }) => moving.includes(kind))).toEqual([]);
      for (const record of records) {
        expect(record.resource()).toMatchObject({ status: expect.stringMatching(/^(done|aborted|failed)$/) as string });
        expect(bench.reports.filter(({ id, status }) => id === record.id && status !== 'refused')).toHaveLength(1);
      }
      const targets = bench.drive.accepted.flatMap((intent) => (intent.kind === 'moveTo' ? [intent.target] : [0]));
      expect(Math.min(0, ...targets)).toBe(0);
      expect(Math.max(0, ...targets)).toBeLessThanOrEqual(400 * 10_000);
    }),
    { numRuns: 80, seed: 20_261_123, examples: [[stoppedOnADeadLine]] },
  );
}, 60_000);
