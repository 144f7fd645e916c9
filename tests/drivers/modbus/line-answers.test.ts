import { describe, expect, test } from 'vitest';
import {
  answers,
  corrupted,
  fast,
  frame,
  goodAnswer,
  holding,
  lineBench,
  settledIn,
  staysSilent,
  stopping,
  valueOf,
  writing,
  type Behaviour,
} from './line-bench.ts';

const registers = (unit: number, address: number, count = 2): number[] =>
  Array.from({ length: count }, (_, index) => valueOf(unit, address + index));

const isEight = (answer: Uint8Array): boolean => answer[2] === 8;
const withoutCrc = (request: string): string => request.slice(0, -4);

describe('an answer is believed', () => {
  test('when it is exact, for both tables', async () => {
    const { clock, line, far } = await lineBench();

    expect(await settledIn(clock, line.read(holding(1, 100, 3), fast))).toEqual(registers(1, 100, 3));
    expect(await settledIn(clock, line.read({ unit: 2, table: 'input', address: 7, count: 1 }, fast))).toEqual([2007]);
    expect(far.requests.map(withoutCrc)).toEqual(['010300640003', '020400070001']);
  });

  test('when its bytes come one by one', async () => {
    const { clock, line, far } = await lineBench();
    far.behave = (request, end) => goodAnswer(request).forEach((byte, index) => end.send([byte], 1 + index * 0.1));

    expect(await settledIn(clock, line.read(holding(1, 100), fast))).toEqual(registers(1, 100));
  });

  test('for one value as FC 6, for one value as FC 16 on request, for more as FC 16', async () => {
    const { clock, line, far } = await lineBench();
    await settledIn(clock, line.read(holding(1, 0), fast));

    await settledIn(clock, line.write({ unit: 1, address: 5, values: [0xabcd] }, writing));
    await settledIn(clock, line.write({ unit: 1, address: 5, values: [0xabcd], functionCode: 16 }, writing));
    await settledIn(clock, line.write({ unit: 1, address: 5, values: [1, 2] }, writing));

    expect(far.requests.slice(1).map(withoutCrc)).toEqual([
      '01060005abcd',
      '01100005000102abcd',
      '0110000500020400010002',
    ]);
  });
});

const spoiled: readonly (readonly [string, Behaviour])[] = [
  ['comes from another unit', (_, end) => end.send(frame(2, 3, 4, 0, 1, 0, 2))],
  ['has another function code', (_, end) => end.send(frame(1, 4, 4, 0, 1, 0, 2))],
  ['counts other bytes', (_, end) => end.send(frame(1, 3, 2, 0, 1))],
  ['has a wrong CRC', (request, end) => end.send(corrupted(goodAnswer(request)))],
  [
    'has a flipped bit',
    (request, end) => end.send(goodAnswer(request).map((byte, at) => (at === 4 ? byte ^ 1 : byte))),
  ],
  ['is cut short', (request, end) => end.send(goodAnswer(request).subarray(0, -1))],
  ['follows a noise byte', (request, end) => end.send([0x00, ...goodAnswer(request)])],
  ['follows a byte that looks like its unit', (request, end) => end.send([0x01, ...goodAnswer(request)])],
  ['is followed by a noise byte', (request, end) => end.send([...goodAnswer(request), 0xff])],
  ['is longer than any frame', (_, end) => end.send(new Uint8Array(700).fill(1))],
];

describe('a read is refused as a bad frame, and the line falls under quarantine, when its answer', () => {
  test.each(spoiled)('%s', async (_, behaviour) => {
    const { clock, line, far } = await lineBench();
    far.behave = behaviour;

    const outcome = await settledIn(clock, line.read(holding(1, 100), fast));
    far.behave = answers;
    const next = await settledIn(clock, line.read(holding(1, 100), fast));

    expect(outcome).toMatchObject({ code: 'BAD_FRAME', unit: 1, executed: 'no' });
    expect(line.stats()).toMatchObject({ quarantines: 1, badShare: 1 / 1000 });
    expect(line.stats().units.get(1)?.badFrames).toBe(1);
    expect(next).toEqual(registers(1, 100));
  });
});

describe('a write is not taken for done when the drive', () => {
  test.each([
    ['echoes another value', 6, [1, 6, 0, 5, 0, 8]],
    ['echoes another address', 6, [1, 6, 0, 6, 0, 7]],
    ['echoes another quantity', 16, [1, 16, 0, 5, 0, 2]],
  ] as const)('%s', async (_, functionCode, answer) => {
    const { clock, line, far } = await lineBench();
    await settledIn(clock, line.read(holding(1, 0), fast));
    far.behave = (_request, end) => end.send(frame(...answer));

    const outcome = await settledIn(clock, line.write({ unit: 1, address: 5, values: [7], functionCode }, writing));

    expect(outcome).toMatchObject({ code: 'BAD_FRAME', executed: 'unknown' });
  });
});

describe('an exception', () => {
  test.each([
    [1, 'no'],
    [2, 'no'],
    [3, 'no'],
    [4, 'unknown'],
    [5, 'unknown'],
    [6, 'no'],
    [10, 'unknown'],
    [11, 'unknown'],
    [31, 'unknown'],
  ] as const)('of code %i on a write means executed: %s', async (exceptionCode, executed) => {
    const { clock, line, far } = await lineBench();
    far.behave = (request, end) => end.send(frame(1, request[1]! | 0x80, exceptionCode));

    const outcome = await settledIn(clock, line.write({ unit: 1, address: 5, values: [1, 2] }, writing));

    expect(outcome).toMatchObject({ code: 'EXCEPTION', exceptionCode, executed, unit: 1 });
    expect(line.stats()).toMatchObject({ quarantines: 0, quality: 'good' });
  });

  test('on a read never means that something was done', async () => {
    const { clock, line, far } = await lineBench();
    far.behave = (_, end) => end.send(frame(1, 0x83, 4));

    expect(await settledIn(clock, line.read(holding(1, 0), fast))).toMatchObject({ code: 'EXCEPTION', executed: 'no' });
  });

  test('of another function is a bad frame', async () => {
    const { clock, line, far } = await lineBench();
    far.behave = (_, end) => end.send(frame(1, 0x84, 2));

    expect(await settledIn(clock, line.read(holding(1, 0), fast))).toMatchObject({ code: 'BAD_FRAME' });
  });
});

describe('silence', () => {
  test('is a time-out after wire time, gap, turnaround and adapter, unknown for a write and harmless for a stop', async () => {
    const { clock, line, far } = await lineBench();
    await settledIn(clock, line.read(holding(1, 0), fast));
    far.behave = staysSilent;
    const begunMs = clock.nowMs();

    const write = await settledIn(clock, line.write({ unit: 1, address: 5, values: [7] }, writing));
    const tookMs = clock.nowMs() - begunMs;
    const stop = await settledIn(clock, line.write({ unit: 1, address: 5, values: [7] }, stopping));

    // 16 characters of 11 bits at 115200 baud are 1.53 ms; gap 1.75, turnaround 20, adapter 20
    expect(write).toMatchObject({
      code: 'TIMEOUT',
      executed: 'unknown',
      message: 'unit 1 did not answer within 43.3 ms',
    });
    expect(tookMs).toBeGreaterThanOrEqual(43);
    expect(tookMs).toBeLessThan(47);
    expect(stop).toMatchObject({ code: 'TIMEOUT', executed: 'no' });
  });

  test('after a broadcast is right: it is done after the turnaround, unheard', async () => {
    const { clock, line, far } = await lineBench();
    const begunMs = clock.nowMs();

    const outcome = await settledIn(clock, line.write({ unit: 0, address: 5, values: [7] }, writing));

    expect(outcome).toBeUndefined();
    expect(clock.nowMs() - begunMs).toBeGreaterThanOrEqual(20);
    expect(far.requests.map(withoutCrc)).toEqual(['000600050007']);
  });
});

describe('a raw request', () => {
  const stopMotor = { unit: 1, bytes: Uint8Array.of(1, 0xf7, 1), answerLength: 3 };

  test('gets its CRC and gives the answer without', async () => {
    const { clock, line, far } = await lineBench();
    far.behave = (_, end) => end.send(frame(1, 0xf7, 9));

    const outcome = await settledIn(clock, line.raw(stopMotor, writing));

    expect(outcome).toEqual(Uint8Array.of(1, 0xf7, 9));
    expect(far.requests[0]).toMatch(/^01f701/);
  });

  test('accepts only what its own rule accepts', async () => {
    const { clock, line, far } = await lineBench();
    far.behave = (_, end) => end.send(frame(0x55, 0x12, 9));

    expect(await settledIn(clock, line.raw({ ...stopMotor, matches: isEight }, writing))).toMatchObject({
      code: 'BAD_FRAME',
    });
  });
});

test('a request that no frame can carry is refused before it is queued', async () => {
  const { line, far } = await lineBench();

  await expect(line.read(holding(1, 0, 126), fast)).rejects.toThrow(
    'register count 126 is not a whole number from 1 to 125',
  );
  await expect(line.read(holding(0, 0), fast)).rejects.toThrow(RangeError);
  await expect(line.read(holding(1, 0xffff, 2), fast)).rejects.toThrow(RangeError);
  await expect(line.write({ unit: 1, address: 0, values: [-1] }, writing)).rejects.toThrow('register value -1');
  await expect(line.write({ unit: 1, address: 0, values: [] }, writing)).rejects.toThrow(RangeError);
  expect(far.requests).toEqual([]);
});
