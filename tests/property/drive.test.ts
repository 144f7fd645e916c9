import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isDriverError } from '../../drivers/base/index.ts';
import type { DriveIntent } from '../../drivers/drive/index.ts';
import { always, startedBench } from '../drivers/drive/bench.ts';
import type { Mishap } from '../drivers/drive/fake-line.ts';
import { runs } from './runs.ts';

const moveTo = (target: number): DriveIntent => ({
  kind: 'moveTo',
  target: target as never,
  velocity: 100_000,
  acceleration: 100_000,
  deceleration: 100_000,
});

test('25: a trigger whose answer is lost is followed by reading back, never by itself, and is told truly', async () => {
  const fate = fc.constantFrom<Mishap | null>('lose-request', 'lose-answer', 'exception', null);
  await fc.assert(
    fc.asyncProperty(fc.array(fate, { minLength: 1, maxLength: 5 }), fc.nat(2), async (fates, silentReads) => {
      const { line, machine, drive, settle } = await startedBench();
      for (const [index, what] of fates.entries()) {
        const [frames, motions] = [line.frames.length, machine.motions.length];
        const state = { isTriggered: false, reads: 0 };
        line.mishap = ({ lane, kind }) => {
          if (lane === 'trigger') {
            state.isTriggered = true;
            return what;
          }
          const isReadBack = state.isTriggered && kind === 'read' && state.reads++ < silentReads;
          return isReadBack ? 'lose-answer' : null;
        };

        const outcome = await settle(
          drive.execute(moveTo(1000 * (index + 1)), always).catch((error: unknown) => {
            if (!isDriverError(error)) throw error;
            return error;
          }),
        );

        const triggers = line.frames.slice(frames).filter(({ lane }) => lane === 'trigger');
        const begun = machine.motions.length - motions;
        expect(triggers).toHaveLength(1);
        expect(begun).toBe(what === null || what === 'lose-answer' ? 1 : 0);
        // said to be accepted, it was; said not to be, it was not
        const isRefused = isDriverError(outcome);
        expect(isRefused && outcome.executed === 'no' ? begun : 0).toBe(0);
        expect(isRefused ? 1 : begun).toBe(1);
      }
    }),
    runs(40),
  );
});
