import { describe, expect, test } from 'vitest';
import { createVirtualClock, isDriverError, seededRandom } from '../../drivers/base/index.ts';
import { createLine, type ModbusLine } from '../../drivers/modbus/index.ts';
import { memoryPortPair } from '../../drivers/transport/index.ts';
import { fast, holding, valueOf } from '../drivers/modbus/line-bench.ts';
import { createLateLine } from './late-answers-line.ts';

const REQUESTS = 20_000;
const UNITS = 3;

/** Counts what a caller gets who reads ever other registers, always two, so that only the value tells answers apart. */
async function campaign(line: ModbusLine): Promise<Record<string, number>> {
  const seen: Record<string, number> = { right: 0, wrong: 0 };
  for (let index = 0; index < REQUESTS; index++) {
    const [unit, address] = [1 + (index % UNITS), (index * 7) % 1000];
    const outcome = await line.read(holding(unit, address), fast).catch((error: unknown) => {
      if (!isDriverError(error)) throw error;
      return error.code;
    });
    const isRight = outcome[0] === valueOf(unit, address) && outcome[1] === valueOf(unit, address + 1);
    const what = typeof outcome === 'string' ? outcome : isRight ? 'right' : 'wrong';
    seen[what] = (seen[what] ?? 0) + 1;
  }
  return seen;
}

describe.each(['queueing', 'dropping'] as const)('20 000 reads on a %s line with 10 %% late answers', (kind) => {
  test('give not one wrong value', async () => {
    const clock = createVirtualClock();
    const cable = memoryPortPair({ clock });
    // Time-out 45 ms; late answers take from just after it to just inside the 250 ms of the quarantine.
    const take = createLateLine({
      kind,
      lateShare: 0.1,
      promptMs: 2,
      lateMs: [46, 240],
      clock,
      random: seededRandom(7),
      answer: (bytes) => far.write(bytes),
    });
    const far = await cable.far({ bytes: (request) => take(request.slice()), lost: () => undefined });
    const serial = { baudRate: 115_200, parity: 'even', stopBits: 1 } as const;
    const line = createLine({ name: 'late', open: cable.near, framing: 'rtu', clock, serial });
    await clock.advance(10);

    const state = { isDone: false };
    const counting = campaign(line).finally(() => (state.isDone = true));
    while (!state.isDone) await clock.advance(1000);
    const seen = await counting;

    expect(seen['wrong']).toBe(0);
    expect(seen['right']).toBeGreaterThan(0.75 * REQUESTS);
    expect(line.stats().quarantines).toBeGreaterThan(0.05 * REQUESTS);
  });
});
