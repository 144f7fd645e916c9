import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Refusal, type DriveCommandName } from '../../services/contracts/index.ts';
import { runs } from './runs.ts';
import { startsMotion, startStand, type Stand } from './stand.ts';

type Act = readonly [what: DriveCommandName | 'fault' | 'reboot' | 'noise' | 'heal' | 'pass', value: number];
const act: fc.Arbitrary<Act> = fc.tuple(
  fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom('move-absolute' as const, 'jog' as const, 'home' as const) },
    { weight: 2, arbitrary: fc.constantFrom('stop' as const, 'release' as const, 'reset' as const, 'enable' as const) },
    { weight: 1, arbitrary: fc.constantFrom('disable' as const, 'halt' as const, 'set-position' as const) },
    { weight: 2, arbitrary: fc.constantFrom('fault' as const, 'reboot' as const, 'noise' as const, 'heal' as const) },
    { weight: 3, arbitrary: fc.constant('pass' as const) },
  ),
  fc.integer({ min: 1, max: 100 }),
);
const history = fc.array(act, { minLength: 5, maxLength: 25 });

const bodies: Partial<Record<DriveCommandName, (value: number) => object>> = {
  'move-absolute': (value) => ({ position: value - 50, bufferMode: value % 4 === 0 ? 'buffered' : 'aborting' }),
  jog: (value) => ({ velocity: (value % 2 === 0 ? 1 : -1) * ((value % 40) + 1) }),
  home: () => ({ method: 37 }),
  'set-position': (value) => ({ position: value }),
};

async function perform([what, value]: Act, stand: Stand): Promise<void> {
  const atMs = stand.clock.nowMs();
  if (what === 'pass') await stand.pass(value * 5);
  else if (what === 'fault') stand.machine().injectFault(value % 2 === 0 ? 'over-current' : 'stall', { atMs });
  else if (what === 'reboot') stand.machine().injectFault('reboot', { atMs });
  else if (what === 'noise') stand.mishap({ kind: value % 2 === 0 ? 'drop' : 'corrupt', count: 1 + (value % 9) });
  else if (what === 'heal') stand.heal();
  else submit(what, value, stand);
  await stand.pass(1 + (value % 60));
}

function submit(name: DriveCommandName, value: number, stand: Stand): void {
  stand
    .axis()
    .submit<never>(name as never, (bodies[name]?.(value) ?? {}) as never)
    .catch((error: unknown) => {
      if (!(error instanceof Refusal)) throw error;
    });
}

/** States in which nothing may be told to move. */
const MUST_REST: readonly unknown[] = ['errorStop', 'disabled', 'stopping', 'unknown'];

describe('from the command to the shaft', () => {
  test('2: no frame that can start motion leaves while the axis is in error, disabled, stopping or unknown', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.nat(1000), async (acts, seed) => {
        const stand = await startStand({ seed });
        for (const one of acts) await perform(one, stand);

        const wrong = stand.sent.filter((sent) => startsMotion(sent) && MUST_REST.includes(sent.state));
        expect(wrong).toEqual([]);
      }),
      runs(4),
    );
  }, 60_000);

  test('3: reset, enable, release and a change of speed never move a resting axis, whatever its registers hold', async () => {
    const word = fc.integer({ min: -2_000_000, max: 2_000_000 });
    const left = fc.record({ position: word, velocity: word, mode: fc.constantFrom(1, 3, 6), isArmed: fc.boolean() });
    const quiet = fc.constantFrom(...(['enable', 'release', 'reset', 'set-override', 'stop', 'fault'] as const));
    await fc.assert(
      fc.asyncProperty(left, fc.array(quiet, { minLength: 1, maxLength: 6 }), async (rubbish, acts) => {
        const stand = await startStand({ isEnabled: false });
        const at = stand.shaft().position;
        for (const what of acts) {
          await leave(rubbish, stand);
          if (what === 'fault') stand.machine().injectFault('over-current', { atMs: stand.clock.nowMs() });
          else await stand.run(what, what === 'set-override' ? { velocityFactor: 0.5 } : {}).catch(onlyRefusals);
          await stand.pass(300);
        }

        expect(stand.motions()).toEqual([]);
        expect(stand.shaft()).toEqual({ position: at, velocity: 0 });
      }),
      runs(4),
    );
  }, 60_000);

  test('5: a stop that is asked for again stops no later and no farther, and ends the same', async () => {
    const again = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 5, max: 50 }), fc.integer({ min: 50, max: 900 }), again, async (...given) => {
        const [velocity, afterMs, gapsMs] = given;
        const once = await stoppedAt({ velocity, afterMs, gapsMs: [] });
        const often = await stoppedAt({ velocity, afterMs, gapsMs });

        expect(often.way).toBeLessThanOrEqual(once.way);
        expect(often.state).toEqual(once.state);
      }),
      runs(3),
    );
  }, 60_000);

  test('21: declaring a position moves nothing, shifts readings and limits alike, and leaves nothing armed', async () => {
    const declared = fc.integer({ min: -190, max: 190 });
    await fc.assert(
      fc.asyncProperty(declared, fc.integer({ min: -150, max: 150 }), fc.boolean(), async (name, first, isArmed) => {
        const stand = await startStand();
        await stand.run('move-absolute', { position: first });
        if (isArmed) await stand.run('arm', { position: 10, group: 1, armTtlMs: 20_000 });
        const motions = stand.motions().length;

        const isTaken = await wasTaken(stand.run('set-position', { position: name }));
        await stand.pass(500);

        const { position, armed } = stand.axis().state();
        expect(stand.motions()).toHaveLength(motions);
        expect(isTaken).toBe(!isArmed);
        expect({ position: Math.round(position!), isArmed: armed !== null }).toEqual({
          position: isTaken ? name : first,
          isArmed: !isTaken,
        });
        if (!isTaken) return;
        const from = stand.shaft().position;
        await stand.run('move-absolute', { position: 200 });
        expect(Math.abs(stand.shaft().position - from - (200 - name))).toBeLessThan(0.2);
        expect(await wasTaken(stand.run('move-absolute', { position: 200.1 }))).toBe(false);
      }),
      runs(4),
    );
  }, 60_000);

  test('12: done is said only of an axis that rests at the target of this very move, and stays there', async () => {
    const targets = fc.array(fc.integer({ min: -40, max: 40 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(targets, fc.integer({ min: 0, max: 150 }), async (positions, lagMs) => {
        const stand = await startStand();
        // the statusword, and with it "target reached", is of a while ago
        stand.machine().injectFault('slow-status', { atMs: stand.clock.nowMs(), lagMs });
        for (const position of positions) {
          const { status } = await stand.run('move-absolute', { position });
          const atEnd = stand.shaft();
          await stand.pass(200);

          expect(status).toBe('done');
          expect(Math.abs(atEnd.position - position)).toBeLessThanOrEqual(0.1);
          expect(Math.abs(atEnd.velocity)).toBeLessThan(0.1);
          expect(Math.abs(stand.shaft().position - position)).toBeLessThanOrEqual(0.1);
        }
      }),
      runs(3),
    );
  }, 60_000);
});

const onlyRefusals = (error: unknown): void => {
  if (!(error instanceof Refusal)) throw error;
};

const wasTaken = (running: Promise<unknown>): Promise<boolean> =>
  running.then(
    () => true,
    (error: unknown) => {
      onlyRefusals(error);
      return false;
    },
  );

interface Rubbish {
  readonly position: number;
  readonly velocity: number;
  readonly mode: number;
  readonly isArmed: boolean;
}

const words = (value: number): number[] => [(value >> 16) & 0xffff, value & 0xffff];

/** Another master has been here: the registers hold what they like, and the drive takes what its state lets it take. */
async function leave({ position, velocity, mode, isArmed }: Rubbish, stand: Stand): Promise<void> {
  const { line } = stand.host;
  const options = { lane: 'slow', turnaroundMs: 20 } as const;
  const isEnabled = stand.axis().state().enabled === true;
  const writes: [address: number, values: number[]][] = [
    [0x22, words(position)],
    // of an enabled drive these would be orders of somebody else
    ...(isEnabled ? [] : [[0x2b, words(velocity)] as [number, number[]], [0x21, [mode]] as [number, number[]]]),
    ...(isArmed && isEnabled ? [[0x2a, [1]] as [number, number[]]] : []),
  ];
  for (const [address, values] of writes)
    await stand.until(line.write({ unit: 1, address, values }, options).catch(() => undefined));
}

interface Stopping {
  readonly velocity: number;
  readonly afterMs: number;
  /** From one stop to the next. */
  readonly gapsMs: readonly number[];
}

async function stoppedAt({ velocity, afterMs, gapsMs }: Stopping): Promise<{ way: number; state: object }> {
  const stand = await startStand();
  await stand.until(stand.axis().submit('move-absolute', { position: 150, velocity }));
  await stand.pass(afterMs);
  const from = stand.shaft().position;
  void stand.axis().stop('asked');
  for (const gapMs of gapsMs) {
    await stand.pass(gapMs);
    void stand.axis().stop('asked again');
  }
  await stand.pass(3000);
  const { state, moving, stopLatched, enabled } = stand.axis().state();
  return { way: stand.shaft().position - from, state: { state, moving, stopLatched, enabled } };
}
