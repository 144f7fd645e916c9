import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  Refusal,
  type CommandResource,
  type DriveCommand,
  type DriveCommandName,
} from '../../../services/contracts/index.ts';
import type { CommandRecord } from '../../../services/device/command-record.ts';
import { axisBench, spindle, type AxisBench } from './axis-bench.ts';

// Motion reference, section 9, number 14: every wait has a deadline.

/** Written down a second time: what the drive may take to accept, what the readings may take to tell, what a dead link may. */
const ACCEPT_MS = 15_000;
const TELL_MS = 2000;
const UNKNOWN_MS = 30_000;
/** The whole range there and back at 10 mm/s, and the switch. */
const HOMING_MS = 1.5 * (80_000 + 50 + 10_000) + 1000;
/** A stop is tried for its ramp and two seconds, and twice when the first was tried on a dead line. */
const STOP_MS = 30_000;

function longestMs({ command, parameters, result }: CommandResource): number {
  if (command === 'stop') return STOP_MS;
  const { timeoutMs } = parameters as { timeoutMs?: number };
  if (timeoutMs !== undefined) return timeoutMs + TELL_MS + UNKNOWN_MS;
  const plannedMs = result?.plannedDurationMs ?? 0;
  const motionMs = command === 'home' ? HOMING_MS : command === 'halt' ? 91_000 : 1.5 * plannedMs + 1000;
  return ACCEPT_MS + motionMs + TELL_MS + UNKNOWN_MS;
}

const commands: { readonly [Name in DriveCommandName]?: DriveCommand<Name> } = {
  enable: {},
  disable: {},
  home: {},
  'move-absolute': { position: 120 },
  'move-relative': { distance: 7 },
  'move-velocity': { velocity: 20, maxDistance: 100 },
  jog: { velocity: 10 },
  halt: {},
  stop: {},
  release: {},
  reset: {},
  'set-position': { position: 5 },
  arm: { position: 30, group: 1, armTtlMs: 1000 },
  trigger: {},
  disarm: {},
};

const command = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom<DriveCommandName>('move-absolute', 'move-relative', 'move-velocity', 'jog') },
  { weight: 1, arbitrary: fc.constantFrom(...(Object.keys(commands) as DriveCommandName[])) },
);
const whim = fc.oneof(
  fc.constantFrom('never answers', 'never arrives', 'never stops', 'is good').map((never) => ({ never })),
  fc.integer({ min: 0, max: 20_000 }).map((latencyMs) => ({ latencyMs })),
  fc.boolean().map((answers) => ({ answers })),
  fc.integer({ min: 1, max: 5000 }).map((everyMs) => ({ flaps: everyMs })),
);
type Whim = Partial<{ never: string; latencyMs: number; answers: boolean; flaps: number }>;
const act = fc.record({
  command,
  timeoutMs: fc.option(fc.integer({ min: 100, max: 20_000 }), { nil: undefined, freq: 4 }),
  passMs: fc.integer({ min: 0, max: 3000 }),
  whim: fc.option(whim as fc.Arbitrary<Whim>, { nil: null, freq: 2 }),
});

function apply({ drive, clock }: AxisBench, { never, latencyMs, answers, flaps }: Whim): void {
  if (never !== undefined) drive.never = never === 'is good' ? null : (never.split(' ')[1] as typeof drive.never);
  drive.latencyMs = latencyMs ?? drive.latencyMs;
  drive.answers = answers ?? drive.answers;
  if (flaps === undefined) return;
  drive.answers = false;
  const flap = (): void => {
    drive.online();
    drive.offline('flapping');
    if (!drive.answers) clock.after(flaps, flap);
  };
  flap();
}

/** Half a second is what an admission may wait for a reading. */
async function submitted(bench: AxisBench, name: DriveCommandName, timeoutMs?: number): Promise<CommandRecord | null> {
  const takesTimeout = ['enable', 'home', 'move-absolute', 'move-relative'].includes(name);
  const body = { ...commands[name], ...(takesTimeout && timeoutMs !== undefined ? { timeoutMs } : {}) };
  let record: CommandRecord | null = null;
  const admitted = bench.axis.submit<never>(name as never, body as never).then(
    (made) => void (record = made),
    (error: unknown) => {
      if (!(error instanceof Refusal)) throw error;
    },
  );
  await bench.pass(510);
  await admitted;
  return record;
}

function isLate(resource: CommandResource): boolean {
  const endedMs = resource.endedAt === null ? Infinity : Date.parse(resource.endedAt);
  return endedMs - Date.parse(resource.createdAt) > longestMs(resource);
}

test('every accepted command ends in its time, whatever the drive and the link do or never do', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 8 }), async (acts) => {
      const bench = await axisBench();
      await bench.ready();
      const records: CommandRecord[] = [];
      for (const { command: name, timeoutMs, passMs, whim: change } of acts) {
        const record = await submitted(bench, name, timeoutMs);
        if (record !== null) records.push(record);
        await bench.pass(passMs);
        if (change !== null) apply(bench, change);
      }
      for (let passedMs = 0; passedMs < 400_000 && records.some((record) => !record.hasEnded()); passedMs += 1000)
        await bench.pass(1000);

      expect(records.map((record) => record.resource()).filter(isLate)).toEqual([]);
    }),
    { numRuns: 300, seed: 20_261_126 },
  );
}, 120_000);

async function moving(): Promise<{ bench: AxisBench; record: CommandRecord }> {
  const bench = await axisBench();
  await bench.ready();
  const record = await bench.axis.submit('move-absolute', { position: 100 });
  await bench.pass(500);
  return { bench, record };
}

describe('a move ends', () => {
  test('when no reading comes and nobody says that the link is down', async () => {
    const { bench, record } = await moving();
    bench.drive.answers = false;
    await bench.pass(8000);

    expect(record.resource()).toMatchObject({ status: 'failed', error: { code: 'driveTimeout' } });
    expect(bench.axis.state()).toMatchObject({ stopLatched: true, state: 'unknown' });
  });

  test('half a minute after the link began to come and go without a reading', async () => {
    const { bench, record } = await moving();
    bench.drive.answers = false;
    for (let flaps = 0; flaps < 32; flaps++) {
      bench.drive.offline('flapping');
      await bench.pass(900);
      bench.drive.online();
      await bench.pass(100);
    }

    expect(record.resource()).toMatchObject({ status: 'failed', error: { code: 'offline' } });
  });

  test('and is stopped, when the drive never says whether it took it', async () => {
    const bench = await axisBench();
    await bench.ready();
    bench.drive.never = 'answers';
    const record = await bench.axis.submit('move-absolute', { position: 100 });
    await bench.pass(14_900);
    expect(record.resource().status).toBe('active');
    await bench.pass(200);

    expect(record.resource()).toMatchObject({ status: 'failed', error: { code: 'driveTimeout' } });
    expect(bench.axis.state().stopLatched).toBe(true);
  });

  test('when the time is over that its caller gave it, however long the drive took to accept it', async () => {
    const bench = await axisBench({ config: spindle({ poll: { idleMs: 20, movingMs: 20 } }) });
    await bench.ready();
    bench.drive.latencyMs = 700;
    const record = await bench.axis.submit('move-absolute', { position: 100, timeoutMs: 1000 });
    await bench.pass(1100);

    expect(record.resource()).toMatchObject({ status: 'failed', error: { code: 'targetNotReached' } });
  });
});
