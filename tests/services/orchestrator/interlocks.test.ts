import { beforeEach, describe, expect, test } from 'vitest';
import { parseSite } from '../../../config/index.ts';
import { createVirtualClock, type VirtualClock } from '../../../drivers/base/index.ts';
import { Refusal, type DriveStateMessage } from '../../../services/contracts/index.ts';
import { createInterlocks, type Interlocks } from '../../../services/orchestrator/interlocks/interlocks.ts';
import { createLogger } from '../../../services/platform/process/index.ts';
import { standing } from './fake-site.ts';

const axis = '{ unit: mm, travelPerRevolution: 5, range: [0, 400], maxVelocity: 50, maxAcceleration: 200 }';
const site = parseSite(
  `site: two-lines
lines: { bench: { simulated: true }, hoist: { simulated: true } }
drives:
  arm: { line: bench, unit: 1, profile: kpower-reference, axis: ${axis} }
  lift: { line: hoist, unit: 1, profile: kpower-reference, axis: ${axis} }
  slide: { line: bench, unit: 2, profile: kpower-reference, axis: ${axis} }
interlocks:
  - { never: { arm: [100, 200], lift: [0, 50] } }
  - { oneAtATime: [arm, slide] }
`,
  { file: '/etc/kmotion/two-lines.yaml', environment: {} },
);

const MOVING = { state: 'discreteMotion', moving: true, velocity: 50, target: 150 } as const;
const command = {
  id: '6f1b2c3d-0000-4000-8000-000000000001',
  command: 'move-absolute',
  status: 'active',
  progress: null,
} as const;

let clock: VirtualClock;
let states: Map<string, DriveStateMessage | 'silent'>;
let asked: string[];
let halted: string[];
let isInCharge: boolean;
let interlocks: Interlocks;

beforeEach(() => {
  clock = createVirtualClock();
  states = new Map([
    ['arm', standing('arm', 20)],
    ['lift', standing('lift', 10)],
    ['slide', standing('slide', 0)],
  ]);
  [asked, halted, isInCharge] = [[], [], true];
  interlocks = createInterlocks({
    site,
    clock,
    logger: createLogger({ name: 'test', level: 'silent' }),
    readState(drive) {
      asked.push(drive);
      const state = states.get(drive);
      return state === undefined || state === 'silent' ? new Promise(() => undefined) : Promise.resolve(state);
    },
    halt: async (drive, how) => void halted.push(`${how} ${drive}`),
    isInCharge: () => isInCharge,
  });
});

const ask = async (drive: string, body: object, word = 'move-absolute'): Promise<string> => {
  const outcome = interlocks.permit(drive, word, body).then(
    () => 'permitted',
    (error: unknown) => (error instanceof Refusal ? error.problem.code : String(error)),
  );
  await clock.advance(1000);
  return outcome;
};

describe('interlocks between lines', () => {
  test('are decided upon what the drives of the rule say when they are asked', async () => {
    expect(await ask('arm', { position: 150 })).toBe('interlock');
    expect(asked.toSorted()).toEqual(['arm', 'lift']);

    states.set('lift', standing('lift', 300));
    expect(await ask('arm', { position: 150 })).toBe('permitted');
  });

  test('ask nobody for what concerns no rule between lines', async () => {
    expect(await ask('slide', { position: 150 })).toBe('permitted');
    expect(await ask('arm', {}, 'enable')).toBe('permitted');
    expect(asked).toEqual([]);
  });

  test('take a drive that does not answer for one that may be anywhere', async () => {
    states.set('lift', 'silent');
    expect(await ask('arm', { position: 150 })).toBe('interlock');
  });

  test('send nothing that a younger command or a halt has overtaken', async () => {
    const first = interlocks.permit('arm', 'move-absolute', { position: 50 });
    const second = interlocks.permit('arm', 'move-absolute', { position: 60 });
    await second;
    await interlocks.permit('arm', 'halt', {});
    await expect(first).resolves.toBeDefined();

    const third = interlocks.permit('arm', 'move-absolute', { position: 70 });
    await interlocks.permit('arm', 'halt', {});
    await expect(third).rejects.toThrow('A younger command of arm came');
  });

  test('halt what is heard to head for a zone, and disarm what is armed for it', async () => {
    const heading = { ...standing('arm', 20), ...MOVING, command };
    states.set('arm', heading);
    interlocks.heard(heading);
    await clock.advance(10);
    expect(halted).toEqual(['halt arm']);

    const armed = { ...heading, armed: { group: 7, until: '2026-11-26T10:00:00.000Z' } };
    states.set('arm', armed);
    await clock.advance(400);
    expect(halted.at(-1)).toBe('disarm arm');
  });

  test('are the business of the orchestrator in charge alone, from the instant it is', async () => {
    isInCharge = false;
    const heading = { ...standing('arm', 20), ...MOVING, command };
    states.set('arm', heading);
    interlocks.heard(heading);
    await clock.advance(1000);
    expect([asked, halted]).toEqual([[], []]);

    isInCharge = true;
    interlocks.takeUp();
    await clock.advance(10);
    expect(halted).toEqual(['halt arm']);
  });
});
