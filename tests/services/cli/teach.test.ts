import { describe, expect, test } from 'vitest';
import { createVirtualClock } from '../../../drivers/base/index.ts';
import type { DriveClient } from '../../../services/cli/drive-client.ts';
import { CommandFailure } from '../../../services/cli/failure.ts';
import { taughtRange } from '../../../services/cli/taught-range.ts';
import { teachEnd, type TeachKey } from '../../../services/cli/teach-session.ts';
import { planWiggle, wiggleQuestion } from '../../../services/cli/wiggle.ts';
import type { DriveDescription, DriveStateMessage } from '../../../services/contracts/index.ts';

const state = (more: Partial<DriveStateMessage> = {}): DriveStateMessage =>
  ({
    drive: 'lift',
    position: 120,
    unit: 'mm',
    stale: false,
    moving: false,
    homed: true,
    enabled: true,
    ...more,
  }) as DriveStateMessage;
const description = (more: Partial<DriveDescription> = {}): DriveDescription =>
  ({
    drive: 'lift',
    capabilities: ['move-absolute', 'jog'],
    refused: null,
    axis: {
      unit: 'mm',
      range: [0, 400],
      maxVelocity: 50,
      maxAcceleration: 200,
      resolution: 0.001,
      homingRequired: true,
    },
    ...more,
  }) as DriveDescription;

describe('a wiggle', () => {
  test('is a hundredth of the range at a tenth of the speed, towards the middle, and says so', () => {
    const low = planWiggle(state(), description());
    const high = planWiggle(state({ position: 399 }), description());

    expect(low).toEqual({ ok: true, wiggle: { home: 120, away: 124, velocity: 5, times: 3 } });
    expect(high).toMatchObject({ wiggle: { home: 399, away: 395 } });
    expect(low.ok && wiggleQuestion(low.wiggle, state())).toBe(
      'lift will move 4 mm up and back, 3 times, at 5 mm/s. Ctrl-C halts it. Move?',
    );
  });

  test.each([
    ['is not homed', state({ homed: false }), description(), /Home it first/],
    ['gives no fresh position', state({ stale: true }), description(), /kmotion doctor/],
    ['must not move', state(), description({ refused: 'wrong identity' }), /by hand/],
    ['has no moves to a position', state(), description({ capabilities: [] }), /by hand/],
    ['stands outside its range', state({ position: 500 }), description(), /inside the range/],
  ])('is refused to a drive that %s, with another way', (...[, seen, described, remedy]) => {
    const plan = planWiggle(seen, described);

    expect(plan).toMatchObject({ ok: false });
    expect(plan.ok ? '' : plan.remedy).toMatch(remedy);
  });
});

describe('a taught range', () => {
  test('has the smaller end first, in the steps of the drive, and is never wider than the ends', () => {
    expect(taughtRange([402.37891, -3.00049], { margin: 0, resolution: 0.005 })).toEqual({
      ok: true,
      range: [-3, 402.378],
    });
    expect(taughtRange([0.3, 0.1 + 0.2 + 10], { margin: 0, resolution: 0.1 })).toEqual({
      ok: true,
      range: [0.3, 10.3],
    });
  });

  test('keeps its margin; where nothing is left it is none', () => {
    expect(taughtRange([0, 400], { margin: 2, resolution: 0.01 })).toEqual({ ok: true, range: [2, 398] });
    expect(taughtRange([5, 5.01], { margin: 0, resolution: 0.01 })).toMatchObject({ ok: false });
    expect(taughtRange([0, 4], { margin: 2, resolution: 0.01 })).toMatchObject({ ok: false });
  });
});

interface Taught {
  readonly end: number | string;
  readonly sent: (readonly [string, object])[];
  readonly said: string[];
}
async function teach(
  keys: readonly TeachKey[],
  states: readonly DriveStateMessage[],
  refusal?: string,
): Promise<Taught> {
  const sent: (readonly [string, object])[] = [];
  const said: string[] = [];
  let reads = 0;
  const drive: DriveClient = {
    // the first reading is what is shown beside it
    state: () => Promise.resolve(states[Math.min(reads++, states.length - 1)]!),
    description: () => Promise.resolve(description()),
    send: (command, body) => {
      sent.push([command, body]);
      return refusal === undefined ? Promise.resolve({} as never) : Promise.reject(new CommandFailure(refusal));
    },
    run: () => Promise.reject(new Error('nobody waits for a jog')),
  };
  async function* pressed(): AsyncGenerator<TeachKey> {
    yield* keys;
  }
  const end = await teachEnd('one', {
    drive,
    description: description(),
    keys: pressed(),
    clock: createVirtualClock(),
    screen: { status: () => undefined, say: (text) => said.push(text) },
  }).catch((error: Error) => error.message);
  return { end, sent, said };
}

describe('teaching an end', () => {
  test('arrow keys jog it slowly, for as long as they are held, and Enter takes where it is', async () => {
    const { end, sent } = await teach(['up', 'down', 'halt', 'take'], [state({ position: 7 })]);

    expect(sent).toEqual([
      ['jog', { velocity: 5, ttlMs: 700 }],
      ['jog', { velocity: -5, ttlMs: 700 }],
      ['halt', {}],
    ]);
    expect(end).toBe(7);
  });

  test('a position that is missing, old or still changing is not taken', async () => {
    const states = [
      state(),
      state({ position: null }),
      state({ stale: true }),
      state({ moving: true }),
      state({ position: 9 }),
    ];

    const { end, said } = await teach(['take', 'take', 'take', 'take'], states);

    expect(end).toBe(9);
    expect(said.filter((text) => text.startsWith('Not taken'))).toHaveLength(3);
  });

  test('a refused jog is told in the words of the refusal, and the hand remains', async () => {
    const { end, said } = await teach(
      ['up', 'take'],
      [state({ position: 3, enabled: false })],
      'refused (409): not enabled',
    );

    expect(said[0]).toContain('by hand while it has no power');
    expect(said).toContain('refused (409): not enabled');
    expect(end).toBe(3);
  });

  test('who leaves has changed nothing', async () => {
    expect((await teach(['leave'], [state()])).end).toMatch(/nothing was changed/);
    expect((await teach([], [state()])).end).toMatch(/nothing was changed/);
  });
});
