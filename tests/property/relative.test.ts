import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DriverError } from '../../drivers/base/index.ts';
import { axisBench, spindle } from '../services/device/axis-bench.ts';
import { runs } from './runs.ts';

/** 100 counts a millimetre: a step is coarse enough to be asked for by halves. */
const coarse = spindle({
  axis: { ...spindle().axis, travelPerRevolution: 500, range: [-200, 200], homingRequired: false },
});
/** Whole steps, half steps, and any way at all. */
const way = fc.oneof(
  fc.integer({ min: -2000, max: 2000 }).map((halves) => halves / 200),
  fc.double({ min: -10, max: 10, noNaN: true }),
);

describe('20: a relative move', () => {
  test('there and back again, in whatever order, ends on the very count where it began', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(way, { minLength: 1, maxLength: 8 }), async (ways) => {
        const bench = await axisBench({ config: coarse });
        await bench.run('enable', {});
        await bench.run('move-absolute', { position: 7.31 });
        const start = bench.drive.target ?? bench.drive.position;

        for (const distance of [...ways, ...ways.map((each) => -each)])
          expect((await bench.run('move-relative', { distance })).resource().status).toBe('done');

        expect(bench.drive.position).toBe(start);
      }),
      runs(40),
    );
  });

  test('whose answer was lost is asked for again with the same id, and moves once', async () => {
    const lost = fc.constantFrom('answer' as const, 'request' as const, 'nothing' as const);
    await fc.assert(
      fc.asyncProperty(way, lost, fc.array(fc.integer({ min: 0, max: 1500 }), { maxLength: 5 }), async (...given) => {
        const [distance, what, retriesMs] = given;
        const bench = await axisBench({ config: coarse });
        await bench.run('enable', {});
        if (what === 'answer') bench.drive.loseAnswerTo = 'moveTo';
        if (what === 'request')
          bench.drive.failNext = { kind: 'moveTo', error: new DriverError('TIMEOUT', 'lost', { executed: 'unknown' }) };
        const body = { id: '018f7b2e-0000-4000-8000-000000000001', distance };

        const asked = bench.axis.submit('move-relative', body);
        await bench.pass(50);
        const first = await asked;
        for (const afterMs of retriesMs) {
          await bench.pass(afterMs);
          // the one that asks again need not be heard by the drive
          if (afterMs % 2 === 1) bench.drive.offline();
          expect(await bench.axis.submit('move-relative', body)).toBe(first);
        }
        await bench.pass(3000);

        expect(bench.drive.accepted.filter(({ kind }) => kind === 'moveTo').length).toBeLessThanOrEqual(1);
        expect(Math.abs(bench.drive.position)).toBeLessThanOrEqual(Math.abs(distance) * 100 + 0.5);
      }),
      runs(30),
    );
  });
});
