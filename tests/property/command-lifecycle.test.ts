import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Refusal, topicsOf, type CommandStatus } from '../../services/contracts/index.ts';
import type { CommandRecord } from '../../services/device/command-record.ts';
import { listenForCommands } from '../../services/device/mqtt-commands.ts';
import { createMemoryBus } from '../../services/platform/bus/index.ts';
import { axisBench, type AxisBench } from '../services/device/axis-bench.ts';
import { heal, history, startWalk, type Walk } from './axis-walk.ts';
import { runs } from './runs.ts';

const TERMINAL: readonly CommandStatus[] = ['done', 'aborted', 'failed'];
/** What may follow what; `unknown` is a command of which nobody knows whether it still runs. */
const FOLLOWS: Record<CommandStatus, readonly CommandStatus[]> = {
  accepted: ['queued', 'active', ...TERMINAL],
  queued: ['active', ...TERMINAL],
  active: ['unknown', ...TERMINAL],
  unknown: ['active', ...TERMINAL],
  done: [],
  aborted: [],
  failed: [],
};
/** A stop goes beside everything, and a change of speed beside the motion that it changes. */
const BESIDE: readonly string[] = ['stop', 'set-override'];

const refusalOf = async (submitted: Promise<unknown>): Promise<string | null> => {
  try {
    await submitted;
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error.problem.code;
    throw error;
  }
};
const uuid = (number: number): string => `018f7b2e-0000-4000-8000-${String(number).padStart(12, '0')}`;
const moves = (bench: AxisBench): number[] =>
  bench.drive.accepted.flatMap((intent) => (intent.kind === 'moveTo' ? [intent.target] : []));

describe('a command', () => {
  test('9: ends once, in one way, is never heard of again, and one at most is active', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (acts) => {
        const seen = new Map<CommandRecord, CommandStatus>();
        const walk = await startWalk((now) => expectOneLifeEach(now, seen));
        for (const act of acts) await walk.perform(act);
        heal(walk);
        await walk.bench.run('stop', {});
        await walk.bench.pass(5000);

        for (const record of walk.records) {
          expect(TERMINAL).toContain(record.resource().status);
          const told = walk.reports.filter(({ id, status }) => id === record.id && status !== 'refused');
          expect(told.map(({ status }) => status)).toEqual([record.resource().status]);
        }
      }),
      runs(60),
    );
  });

  test('10: that takes over aborts what runs and waits, in its name; trouble ends all of it; none of it runs later', async () => {
    const waiting = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 6 });
    const end = fc.constantFrom('takes-over' as const, 'fault' as const, 'stall' as const);
    await fc.assert(
      fc.asyncProperty(waiting, end, fc.integer({ min: 60, max: 900 }), async (steps, what, afterMs) => {
        const bench = await axisBench();
        await bench.ready();
        const queued: CommandRecord[] = [];
        for (const [index, step] of steps.entries())
          queued.push(await bench.axis.submit('move-absolute', { position: index * 20 + step + 60, ...buffered }));
        await bench.pass(afterMs);

        const isOver = new Set(queued.filter((record) => record.hasEnded()));
        const before = moves(bench).length;
        const by = await interrupt(what, bench);
        await bench.pass(30_000);

        for (const record of queued.filter((each) => !isOver.has(each))) {
          const { status, error } = record.resource();
          expect(by === null ? ['aborted', 'failed'] : ['aborted']).toContain(status);
          expect(error?.by).toBe(by ?? error?.by);
        }
        expect(moves(bench).slice(before)).toEqual(by === null ? [] : [30_000]);
      }),
      runs(40),
    );
  });

  test('11: that comes again is the same command and one motion; its id with another body is refused', async () => {
    const change = fc.constantFrom({ position: 51 }, { position: 50, velocity: 3 }, { position: 50, ttlMs: 1999 });
    const gaps = fc.array(fc.integer({ min: 0, max: 800 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(gaps, change, async (gapsMs, otherBody) => {
        const bench = await axisBench();
        await bench.ready();
        const body = { id: uuid(1), position: 50, ttlMs: 2000 };
        const first = await bench.axis.submit('move-absolute', body);

        for (const gapMs of gapsMs) {
          await bench.pass(gapMs);
          const again = await bench.axis.submit('move-absolute', { ttlMs: 2000, position: 50, id: uuid(1) });
          expect(again.resource()).toEqual(first.resource());
          expect(await refusalOf(bench.axis.submit('move-absolute', { id: uuid(1), ...otherBody }))).toBe(
            'duplicateId',
          );
        }
        await bench.pass(5000);

        expect(first.resource().status).toBe('done');
        expect(moves(bench)).toEqual([500_000]);
      }),
      runs(25),
    );
  });

  test('13: without a way to go lives and ends like any other', async () => {
    const place = fc.integer({ min: 0, max: 4_000_000 });
    await fc.assert(
      fc.asyncProperty(place, fc.boolean(), async (counts, isRelative) => {
        const bench = await axisBench();
        await bench.ready();
        await bench.run('move-absolute', { position: counts / 10_000 });
        const at = bench.drive.position;

        const asked = isRelative ? { distance: 0 } : { position: counts / 10_000 };
        const record = await bench.run(isRelative ? 'move-relative' : 'move-absolute', asked);

        const { status, startedAt, endedAt, result } = record.resource();
        expect({ status, error: result?.positionError }).toEqual({ status: 'done', error: 0 });
        expect([startedAt, endedAt]).not.toContain(null);
        expect(bench.reports.filter(({ id }) => id === record.id)).toHaveLength(1);
        expect(bench.drive.position).toBe(at);
      }),
      runs(25),
    );
  });

  test('14: has ended when its longest time is over, whatever was stopped, cancelled, broken or lost meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (acts) => {
        const walk = await startWalk();
        for (const act of acts) await walk.perform(act);

        const open = (): CommandRecord[] => [...walk.records].filter((record) => !record.hasEnded());
        for (let passedMs = 0; open().length > 0 && passedMs < LONGEST_MS; passedMs += 500) await walk.bench.pass(500);
        expect(open().map((record) => record.resource())).toEqual([]);
      }),
      runs(60),
    );
  });

  test('15: whose drive stopped by itself has not succeeded, and takes jog and queue with it', async () => {
    const kind = fc.constantFrom('move' as const, 'jog' as const, 'velocity' as const);
    await fc.assert(
      fc.asyncProperty(kind, fc.integer({ min: 60, max: 400 }), fc.nat(3), async (what, afterMs, waiting) => {
        const bench = await axisBench();
        await bench.ready();
        const running = await begin(what, bench);
        const queued: CommandRecord[] = [];
        for (let place = 0; place < waiting; place++)
          queued.push(await bench.axis.submit('move-absolute', { position: 300 + place, ...buffered }));
        await bench.pass(afterMs);

        bench.drive.stall();
        const accepted = moves(bench).length;
        await bench.pass(3000);

        for (const record of [running, ...queued]) expect(['aborted', 'failed']).toContain(record.resource().status);
        // whoever still holds the button down has not asked for another motion
        const renewal = what === 'jog' ? bench.axis.submit('jog', { velocity: 20 }) : bench.axis.submit('release', {});
        expect(await refusalOf(renewal)).toBe(what === 'jog' ? 'stopLatched' : null);
        await bench.pass(3000);
        expect(moves(bench)).toHaveLength(accepted);
        expect(bench.drive.velocity).toBe(0);
      }),
      runs(30),
    );
  });

  test('16: that is too old, of another epoch, retained or replayed by the broker is never carried out', async () => {
    const fates = fc.array(fc.constantFrom('too old', 'old epoch', 'retained', 'replayed', 'fresh'), {
      minLength: 1,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(fates, fc.integer({ min: 50, max: 3000 }), async (what, ttlMs) => {
        const { bench, say, replay } = await onTheBus();
        const earlierEpoch = bench.axis.epoch();
        bench.drive.offline();
        bench.drive.online();
        await bench.pass(100);
        await bench.run('stop', {});
        await bench.run('release', {});
        await bench.run('home', {});

        const wanted: number[] = [];
        for (const [index, fate] of what.entries()) {
          const position = index + 1;
          const nowMs = bench.clock.unixMs();
          const issued = (ageMs: number): string => new Date(nowMs - ageMs).toISOString();
          const body = { position, ttlMs, issuedAt: issued(0), epoch: bench.axis.epoch() };
          if (fate === 'too old') say({ ...body, issuedAt: issued(ttlMs) });
          else if (fate === 'old epoch') say({ ...body, epoch: earlierEpoch });
          else if (fate === 'retained') say(body, { retain: true });
          else if (fate === 'replayed') await replay({ ...body, position });
          else {
            say(body);
            wanted.push(position * 10_000);
          }
          await bench.pass(2000);
        }

        expect(moves(bench)).toEqual(wanted);
      }),
      runs(30),
    );
  });
});

const buffered = { bufferMode: 'buffered' } as const;
/** The longest plan of the walk at half speed, half as much again and a second; and what a dead line is given. */
const LONGEST_MS = 9 * (400 / 25) * 1500 + 30_000;

function expectOneLifeEach({ records }: Walk, seen: Map<CommandRecord, CommandStatus>): void {
  const wrong: string[] = [];
  const active: string[] = [];
  for (const record of records) {
    const { status } = record.resource();
    const before = seen.get(record) ?? status;
    seen.set(record, status);
    if (before !== status && !FOLLOWS[before].includes(status)) wrong.push(`${before} to ${status}`);
    if (status === 'active' && !BESIDE.includes(record.command)) active.push(record.command);
  }
  if (active.length > 1) wrong.push(`active at once: ${active.join(', ')}`);
  expect(wrong).toEqual([]);
}

/** Gives the id in whose name all the others are to end; null where nobody takes over. */
async function interrupt(what: 'takes-over' | 'fault' | 'stall', bench: AxisBench): Promise<string | null> {
  if (what === 'takes-over') return (await bench.axis.submit('move-absolute', { position: 3 })).id;
  if (what === 'fault') bench.drive.failWith(0x2310, 'over-current');
  else bench.drive.stall();
  return null;
}

async function begin(what: 'move' | 'jog' | 'velocity', bench: AxisBench): Promise<CommandRecord> {
  if (what === 'move') return bench.axis.submit('move-absolute', { position: 200 });
  if (what === 'jog') return bench.axis.submit('jog', { velocity: 20, ttlMs: 1000 });
  return bench.axis.submit('move-velocity', { velocity: 20, maxDurationMs: 5000 });
}

/** An axis that takes its commands from a broker. */
async function onTheBus(): Promise<{
  bench: AxisBench;
  say: (body: object, options?: { retain: boolean }) => void;
  replay: (body: object) => Promise<void>;
}> {
  const bench = await axisBench();
  const broker = createMemoryBus();
  const topics = topicsOf('kmotion');
  listenForCommands({ bus: broker.bus('device'), topics, axis: bench.axis });
  const client = broker.bus('client');
  const say = (body: object, options = { retain: false }): void =>
    client.publish(topics.driveCommand('lift-left', 'move-absolute'), JSON.stringify(body), options);
  await bench.ready();
  return {
    bench,
    say,
    /** Kept by the broker while the device is away, and told to it when it is back. */
    async replay(body) {
      say(body, { retain: true });
      await bench.pass(1);
      broker.setOnline(false);
      await bench.pass(10);
      broker.setOnline(true);
    },
  };
}
