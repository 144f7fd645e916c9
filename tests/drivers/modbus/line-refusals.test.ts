import { describe, expect, test } from 'vitest';
import { answers, fast, frame, holding, lineBench, settledIn, valueOf, writing, type LineBench } from './line-bench.ts';

/** A line on which reads have shown that nothing echoes, and a drive that answers everything with this. */
async function answering(answer: readonly number[]): Promise<LineBench> {
  const bench = await lineBench();
  await settledIn(bench.clock, bench.line.read(holding(1, 0), fast));
  bench.far.behave = (_, end) => end.send(frame(...answer), 1);
  return bench;
}

const marker = { ...writing, refusals: 'marker' } as const;
const always81 = { ...writing, refusals: 'always-81' } as const;
const unharmed = { quarantines: 0, quality: 'good', badShare: 0 };

describe('a drive that says no with a marker', () => {
  test('answers FC 6 with the value 0xFFFF: the write is refused, not unclear', async () => {
    const { clock, line } = await answering([1, 6, 0, 0xf3, 0xff, 0xff]);

    const outcome = await settledIn(clock, line.write({ unit: 1, address: 0xf3, values: [1] }, marker));

    expect(outcome).toMatchObject({
      code: 'EXCEPTION',
      executed: 'no',
      unit: 1,
      message: 'unit 1 refused the write to register 243: it answered with the value 0xFFFF',
    });
    expect(line.stats()).toMatchObject(unharmed);
    expect(line.stats().units.get(1)?.exceptions).toBe(1);
  });

  test('answers FC 16 with the quantity 0: the write is refused', async () => {
    const { clock, line } = await answering([1, 16, 0, 0xf5, 0, 0]);

    const outcome = await settledIn(clock, line.write({ unit: 1, address: 0xf5, values: [1, 2, 3, 4] }, marker));

    expect(outcome).toMatchObject({
      code: 'EXCEPTION',
      executed: 'no',
      message: 'unit 1 refused the write to register 245: it answered with the quantity 0',
    });
    expect(line.stats()).toMatchObject(unharmed);
  });

  test('has taken the value 0xFFFF when that was what was written', async () => {
    const { clock, line } = await answering([1, 6, 0, 5, 0xff, 0xff]);

    expect(await settledIn(clock, line.write({ unit: 1, address: 5, values: [0xffff] }, marker))).toBeUndefined();
  });

  test.each([
    ['another register', [1, 6, 0, 6, 0xff, 0xff]],
    ['another value', [1, 6, 0, 5, 0xff, 0xfe]],
  ])('is not believed when it names %s', async (_, answer) => {
    const { clock, line } = await answering(answer);

    expect(await settledIn(clock, line.write({ unit: 1, address: 5, values: [1] }, marker))).toMatchObject({
      code: 'BAD_FRAME',
      executed: 'unknown',
    });
    expect(line.stats().quarantines).toBe(1);
  });

  test('is not known of a drive that follows the standard', async () => {
    const { clock, line } = await answering([1, 6, 0, 5, 0xff, 0xff]);

    expect(await settledIn(clock, line.write({ unit: 1, address: 5, values: [1] }, writing))).toMatchObject({
      code: 'BAD_FRAME',
      executed: 'unknown',
    });
  });

  test('may still use the standard exceptions', async () => {
    const { clock, line } = await answering([1, 0x86, 3]);

    expect(await settledIn(clock, line.write({ unit: 1, address: 5, values: [1] }, marker))).toMatchObject({
      code: 'EXCEPTION',
      exceptionCode: 3,
    });
  });
});

describe('a drive that answers every failed read with 0x81', () => {
  test.each(['holding', 'input'] as const)('refuses a read of the %s registers with its code', async (table) => {
    const { clock, line } = await answering([1, 0x81, 2]);

    expect(await settledIn(clock, line.read({ unit: 1, table, address: 7, count: 1 }, always81))).toMatchObject({
      code: 'EXCEPTION',
      exceptionCode: 2,
      executed: 'no',
    });
    expect(line.stats()).toMatchObject(unharmed);
  });

  test.each([
    [[1], 0x86],
    [[1, 2], 0x90],
  ])('refuses the write of %j with %i as everybody, and 0x81 is no answer to it', async (values, functionCode) => {
    const { clock, line, far } = await answering([1, functionCode, 3]);
    const refused = await settledIn(clock, line.write({ unit: 1, address: 5, values }, always81));
    far.behave = (_, end) => end.send(frame(1, 0x81, 3), 1);
    const unclear = await settledIn(clock, line.write({ unit: 1, address: 5, values }, always81));

    expect(refused).toMatchObject({ code: 'EXCEPTION', exceptionCode: 3 });
    expect(unclear).toMatchObject({ code: 'BAD_FRAME', executed: 'unknown' });
  });

  test('is not known of a drive that follows the standard', async () => {
    const { clock, line } = await answering([1, 0x81, 2]);

    expect(await settledIn(clock, line.read(holding(1, 7), fast))).toMatchObject({ code: 'BAD_FRAME' });
  });

  test('says so also to the read that goes before its first write: the line stays trusted', async () => {
    const { clock, line, far } = await lineBench();
    far.behave = (request, end) => (request[1] === 3 ? end.send(frame(1, 0x81, 2), 1) : answers(request, end));

    expect(await settledIn(clock, line.write({ unit: 1, address: 5, values: [7] }, always81))).toBeUndefined();
    expect(line.stats()).toMatchObject(unharmed);
  });
});

describe('exception 8', () => {
  test('of a drive that means a bad CRC is a fault of the line: nothing was done, and no silence is needed', async () => {
    const { clock, line, far } = await answering([1, 0x86, 8]);
    const options = { ...writing, crcErrorException: true };

    const outcome = await settledIn(clock, line.write({ unit: 1, address: 5, values: [1] }, options));
    far.behave = answers;
    const next = await settledIn(clock, line.read(holding(1, 3), fast));

    expect(outcome).toMatchObject({
      code: 'BAD_FRAME',
      executed: 'no',
      exceptionCode: undefined,
      message: 'unit 1 heard a request with a bad CRC (exception 8): it was garbled on its way',
    });
    expect(line.stats()).toMatchObject({ quarantines: 0, badShare: expect.closeTo(1 / 1000, 5) as number });
    expect(line.stats().units.get(1)).toMatchObject({ badFrames: 1, exceptions: 0 });
    expect(next).toEqual([valueOf(1, 3), valueOf(1, 4)]);
  });

  test('of any other drive is a refusal', async () => {
    const { clock, line } = await answering([1, 0x86, 8]);

    expect(await settledIn(clock, line.write({ unit: 1, address: 5, values: [1] }, writing))).toMatchObject({
      code: 'EXCEPTION',
      exceptionCode: 8,
    });
    expect(line.stats()).toMatchObject(unharmed);
  });
});
