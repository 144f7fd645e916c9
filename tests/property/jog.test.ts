import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Refusal } from '../../services/contracts/index.ts';
import { axisBench, type AxisBench } from '../services/device/axis-bench.ts';
import { runs } from './runs.ts';

const TTL_MS = 500;
/** From acceptance to the new target in the drive, as motion.md writes L. */
const LATENCY_MS = 100;
const RAMP = 200;
const boundOf = (velocity: number): number => (velocity * (TTL_MS + LATENCY_MS)) / 1000 + velocity ** 2 / (2 * RAMP);

/** What becomes of one renewal on its way. */
interface Fate {
  readonly delayMs: number;
  readonly copies: 0 | 1 | 2;
}
const fate: fc.Arbitrary<Fate> = fc.record({
  delayMs: fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 0, max: 40 }) }, fc.integer({ min: 0, max: 700 })),
  copies: fc.constantFrom(0 as const, 1 as const, 1 as const, 1 as const, 2 as const),
});

interface Renewing {
  readonly bench: AxisBench;
  readonly velocity: number;
}

/** Sends a jog and its renewals every 250 ms through a network that loses, delays, repeats and reorders. */
async function jogThrough(fates: readonly Fate[], { bench, velocity }: Renewing): Promise<Accepted[]> {
  const accepted: Accepted[] = [];
  const deliver = async (body: Body): Promise<void> => {
    try {
      await bench.axis.submit('jog', body);
      accepted.push({ atMs: bench.clock.nowMs(), issuedAt: body.issuedAt, position: bench.axis.state().position! });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  };
  for (const [index, { delayMs, copies }] of fates.entries()) {
    const issuedAt = new Date(bench.clock.unixMs()).toISOString();
    const body = {
      velocity,
      ttlMs: TTL_MS,
      issuedAt,
      id: `018f7b2e-0000-4000-8000-${String(index).padStart(12, '0')}`,
    };
    for (let copy = 0; copy < copies; copy++) bench.clock.after(delayMs + copy * 130, () => void deliver(body));
    await bench.pass(250);
  }
  return accepted;
}

interface Body {
  readonly velocity: number;
  readonly ttlMs: number;
  readonly issuedAt: string;
  readonly id: string;
}
interface Accepted {
  readonly atMs: number;
  readonly issuedAt: string;
  readonly position: number;
}

describe('a jog', () => {
  test('29: ends within its bound of the last renewal that was taken, whatever the network does to the renewals', async () => {
    const velocity = fc.integer({ min: 1, max: 50 });
    await fc.assert(
      fc.asyncProperty(fc.array(fate, { minLength: 1, maxLength: 10 }), velocity, async (fates, speed) => {
        const bench = await axisBench();
        await bench.ready();
        const accepted = await jogThrough(fates, { bench, velocity: speed });
        await bench.pass(3000);
        const last = accepted.at(-1);
        fc.pre(last !== undefined);

        expect(bench.drive.velocity).toBe(0);
        expect(bench.drive.position / 10_000 - last.position).toBeLessThanOrEqual(boundOf(speed) + 0.001);
      }),
      runs(50),
    );
  });

  test('29: is prolonged by no renewal that is older than one it has taken, and by none twice', async () => {
    const order = fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 2 });
    await fc.assert(
      fc.asyncProperty(order, fc.array(fc.nat(5), { maxLength: 4 }), async (arrivals, repeated) => {
        const bench = await axisBench();
        await bench.ready();
        await bench.axis.submit('jog', bodyIssued(0, bench));
        await bench.pass(60);
        const bodies = [0, 1, 2, 3, 4, 5].map((number) => bodyIssued(1 + number, bench));

        let newest = -1;
        const taken = new Set<number>();
        for (const number of [...arrivals, ...repeated]) {
          const told = bench.drive.accepted.length;
          await bench.axis.submit('jog', bodies[number]!).catch((error: unknown) => {
            if (!(error instanceof Refusal)) throw error;
          });
          await bench.pass(25);
          const isNews = number > newest && !taken.has(number);
          expect(bench.drive.accepted.length - told).toBe(isNews ? 1 : 0);
          taken.add(number);
          newest = Math.max(newest, number);
        }
      }),
      runs(40),
    );
  });

  test('29: that was halted or stopped is not begun again by a renewal from before', async () => {
    const end = fc.constantFrom('halt' as const, 'stop' as const);
    const lateMs = fc.integer({ min: 10, max: 480 });
    await fc.assert(
      fc.asyncProperty(end, lateMs, fc.boolean(), async (how, lateByMs, hasInstant) => {
        const bench = await axisBench();
        await bench.ready();
        await bench.axis.submit('jog', bodyIssued(0, bench));
        await bench.pass(200);
        const late = bodyIssued(1, bench);
        await bench.pass(10);
        const issuedAt = hasInstant ? { issuedAt: new Date(bench.clock.unixMs()).toISOString() } : {};
        await bench.axis.submit(how, issuedAt);
        await bench.pass(lateByMs / 2);
        void bench.axis.submit('release', {}).catch(() => undefined);
        await bench.pass(lateByMs / 2);
        const told = bench.drive.accepted.length;

        await expect(bench.axis.submit('jog', late)).rejects.toThrow(Refusal);
        await bench.pass(500);

        // a release puts the power back that a stop took, and no more
        expect(bench.drive.accepted.slice(told).filter(({ kind }) => kind !== 'enable')).toEqual([]);
        expect(bench.drive.velocity).toBe(0);
      }),
      runs(25),
    );
  });

  test('31: with nobody left to renew it ends, however often its drive is still read', async () => {
    const velocity = fc.integer({ min: 5, max: 50 });
    await fc.assert(
      fc.asyncProperty(velocity, fc.constantFrom('jog', 'lease'), fc.boolean(), async (speed, what, isReadOften) => {
        const bench = await axisBench();
        await bench.ready();
        const ttlMs = 500;
        const lease = what === 'lease' ? bench.axis.lease.take({ owner: 'ann', ttlMs }).token : undefined;
        if (what === 'jog') await bench.axis.submit('jog', { velocity: speed, ttlMs });
        else await bench.axis.submit('move-velocity', { velocity: speed, maxDistance: 399, lease });
        for (let passedMs = 0; passedMs < 1200; passedMs += 20) {
          if (isReadOften) void bench.axis.kit.drive.fresh(100).catch(() => undefined);
          await bench.pass(20);
        }

        expect(bench.drive.velocity).toBe(0);
        expect(bench.drive.position / 10_000).toBeLessThanOrEqual(boundOf(speed) + 0.001);
        const samples = bench.drive.latest()!.number;
        await bench.pass(500);
        expect(bench.drive.latest()!.number).toBeGreaterThan(samples);
        expect(bench.axis.state()).toMatchObject({ state: 'standstill', moving: false });
      }),
      runs(25),
    );
  });
});

const bodyIssued = (number: number, bench: AxisBench): Body => ({
  velocity: 20,
  ttlMs: TTL_MS,
  issuedAt: new Date(bench.clock.unixMs() + number).toISOString(),
  id: `018f7b2e-0000-4000-8000-${String(number).padStart(12, '0')}`,
});
