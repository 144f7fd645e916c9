import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isDriverError } from '../../drivers/base/index.ts';
import type { Lane } from '../../drivers/modbus/index.ts';
import {
  corrupted,
  goodAnswer,
  holding,
  lineBench,
  outcomeOf,
  settledIn,
  stopping,
  valueOf,
  type LineBench,
} from '../drivers/modbus/line-bench.ts';
import { runs } from './runs.ts';

/** From the request to giving up: the drive's turnaround and the adapter, and a little for the characters. */
const TIMEOUT_MS = 20 + 20 + 3;
const GAP_MS = 1.75;

interface Fate {
  readonly kind: 'answered' | 'late' | 'lost' | 'corrupted' | 'twice';
  readonly delayMs: number;
  readonly lateMs: number;
}
const fate = fc.record({
  kind: fc.constantFrom<Fate['kind']>(
    'answered',
    'answered',
    'answered',
    'answered',
    'late',
    'lost',
    'corrupted',
    'twice',
  ),
  delayMs: fc.integer({ min: 1, max: 18 }),
  lateMs: fc.integer({ min: 45, max: 120 }),
});
const question = fc.record({
  unit: fc.integer({ min: 1, max: 2 }),
  address: fc.integer({ min: 0, max: 20 }),
  askedAtMs: fc.integer({ min: 0, max: 400 }),
});

interface Exchange {
  readonly askedAtMs: number;
  answeredAtMs: number | null;
}

/** The far end gives each request its fate, in the order in which they come. */
function giveFates(
  { far, clock }: LineBench,
  fates: readonly (typeof fate extends fc.Arbitrary<infer F> ? F : never)[],
) {
  const exchanges: Exchange[] = [];
  far.behave = (request, end) => {
    const { kind, delayMs, lateMs } = fates[exchanges.length % fates.length]!;
    const exchange: Exchange = { askedAtMs: clock.nowMs(), answeredAtMs: null };
    exchanges.push(exchange);
    const bytes = kind === 'corrupted' ? corrupted(goodAnswer(request)) : goodAnswer(request);
    const afterMs = kind === 'late' ? lateMs : delayMs;
    if (kind !== 'lost') {
      end.send(bytes, afterMs);
      exchange.answeredAtMs = clock.nowMs() + afterMs;
    }
    // before the next request may leave: later on no master could tell it from that one's answer
    if (kind === 'twice') end.send(bytes, afterMs + 1);
  };
  return exchanges;
}

describe('a line', () => {
  test('22: has one request in flight, and never takes an answer for that of another request', async () => {
    const all = fc.array(question, { minLength: 2, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(all, fc.array(fate, { minLength: 1, maxLength: 12 }), async (questions, fates) => {
        const bench = await lineBench();
        const { clock, line } = bench;
        const exchanges = giveFates(bench, fates);
        const asked = questions.map(async ({ unit, address, askedAtMs }) => {
          await clock.sleep(askedAtMs);
          const answer = await outcomeOf(line.read(holding(unit, address), { lane: 'write', turnaroundMs: 20 }));
          return { answer, right: [valueOf(unit, address), valueOf(unit, address + 1)] };
        });
        const answers = await settledIn(clock, Promise.all(asked));

        expect(isDriverError(answers)).toBe(false);
        const taken = (answers as Awaited<(typeof asked)[number]>[]).filter(({ answer }) => !isDriverError(answer));
        expect(taken.map(({ answer }) => answer)).toEqual(taken.map(({ right }) => right));
        for (const [index, { askedAtMs, answeredAtMs }] of exchanges.slice(0, -1).entries()) {
          const overAtMs = Math.min(answeredAtMs ?? Infinity, askedAtMs + 40);
          expect(exchanges[index + 1]!.askedAtMs).toBeGreaterThanOrEqual(overAtMs);
        }
      }),
      runs(20),
    );
  });

  test('26: flooded, sends a stop after the one request in flight, keeps its queue bounded and refuses the rest', async () => {
    const lane = fc.constantFrom<Lane>('trigger', 'write', 'fast', 'slow');
    const flood = fc.array(lane, { minLength: 50, maxLength: 400 });
    await fc.assert(
      fc.asyncProperty(flood, fate, fc.nat(150), fc.integer({ min: 2, max: 30 }), async (...given) => {
        const [lanes, how, stopAtMs, queueDepth] = given;
        const bench = await lineBench({ queueDepth });
        const { clock, line, far } = bench;
        giveFates(bench, [how]);
        const flooding = lanes.map((each, index) =>
          outcomeOf(line.write({ unit: 1, address: index, values: [1, 2] }, { lane: each, turnaroundMs: 20 })),
        );
        expect(line.stats().queued).toBeLessThanOrEqual(4 * queueDepth);
        await clock.advance(stopAtMs);

        const before = far.requests.length;
        const stop = outcomeOf(line.write({ unit: 2, address: 900, values: [7, 7] }, stopping));
        await clock.advance(TIMEOUT_MS + GAP_MS);

        expect(far.requests[before]?.slice(0, 8)).toBe('02100384');
        far.behave = (request, end) => end.send(goodAnswer(request), 1);
        await settledIn(clock, Promise.all([stop, ...flooding]));
        const outcomes = await Promise.all(flooding);
        const refused = outcomes.filter((each) => isDriverError(each, 'QUEUE_FULL'));
        expect(refused.length).toBeGreaterThanOrEqual(lanes.length - 4 * queueDepth - 1);
        expect(refused.every((each) => isDriverError(each) && each.executed === 'no')).toBe(true);
      }),
      runs(40),
    );
  });

  test('27: with a dead unit on it holds up the others by one time-out in each of its back-off periods', async () => {
    const period = fc.integer({ min: 10, max: 60 });
    await fc.assert(
      fc.asyncProperty(period, fc.integer({ min: 1, max: 10 }), async (pollMs, answerMs) => {
        const { clock, line, far } = await lineBench();
        far.behave = (request, end) => void (request[0] !== 3 && end.send(goodAnswer(request), answerMs));
        const waits: { atMs: number; ms: number }[] = [];
        const poll = async (unit: number): Promise<void> => {
          while (clock.nowMs() < 8000) {
            const atMs = clock.nowMs();
            await outcomeOf(line.read(holding(unit, 5), { lane: 'fast', turnaroundMs: 20 }));
            if (unit !== 3) waits.push({ atMs, ms: clock.nowMs() - atMs });
            await clock.sleep(pollMs);
          }
        };
        await settledIn(clock, Promise.all([1, 2, 3].map(poll)));

        // the first silences make it a dead unit; from then on it is only looked for
        const later = waits.filter(({ atMs }) => atMs > 2000);
        const usualMs = 2 * (answerMs + GAP_MS + 2);
        expect(Math.max(...later.map(({ ms }) => ms))).toBeLessThanOrEqual(TIMEOUT_MS + usualMs);
        const held = later.filter(({ ms }) => ms > usualMs).map(({ atMs }) => atMs);
        for (const atMs of held)
          expect(held.filter((other) => other >= atMs && other < atMs + 900).length).toBeLessThanOrEqual(2);
      }),
      runs(8),
    );
  });
});
