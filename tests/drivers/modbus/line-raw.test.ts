import { describe, expect, test } from 'vitest';
import type { RawRequest } from '../../../drivers/modbus/index.ts';
import {
  answers,
  fast,
  frame,
  goodAnswer,
  hex,
  holding,
  lineBench,
  settledIn,
  staysSilent,
  writing,
} from './line-bench.ts';

/** Homing parameters of an MKS drive: three registers in five bytes, which no library sends. */
const body = [0x10, 0x00, 0x90, 0x00, 0x03, 0x05, 0x00, 0x01, 0x00, 0x64, 0x01];
const homing: RawRequest = { unit: 1, bytes: Uint8Array.of(1, ...body), answerLength: 6 };
const toAll: RawRequest = { unit: 0, bytes: Uint8Array.of(0, ...body), answerLength: 0 };

describe('a write of three registers in five bytes', () => {
  test('goes out as it is and is done when address and quantity come back', async () => {
    const { clock, line, far } = await lineBench();
    far.behave = (_, end) => end.send(frame(1, 0x10, 0x00, 0x90, 0x00, 0x03), 1);

    const answer = await settledIn(clock, line.raw(homing, writing));

    expect(far.requests).toEqual([hex(frame(1, ...body))]);
    expect(answer).toEqual(Uint8Array.of(1, 0x10, 0x00, 0x90, 0x00, 0x03));
  });

  test.each([
    ['another quantity', [1, 0x10, 0x00, 0x90, 0x00, 0x02]],
    ['another address', [1, 0x10, 0x00, 0x91, 0x00, 0x03]],
    ['another unit', [2, 0x10, 0x00, 0x90, 0x00, 0x03]],
    ['a byte more', [1, 0x10, 0x00, 0x90, 0x00, 0x03, 0x00]],
  ])('is not done when the answer has %s', async (_, answer) => {
    const { clock, line, far } = await lineBench();
    far.behave = (_request, end) => end.send(frame(...answer), 1);

    expect(await settledIn(clock, line.raw(homing, writing))).toMatchObject({ code: 'BAD_FRAME', executed: 'unknown' });
  });

  test('is refused with the quantity 0 by a drive that says no with a marker', async () => {
    const { clock, line, far } = await lineBench();
    far.behave = (_, end) => end.send(frame(1, 0x10, 0x00, 0x90, 0x00, 0x00), 1);

    const outcome = await settledIn(clock, line.raw(homing, { ...writing, refusals: 'marker' }));

    expect(outcome).toMatchObject({ code: 'EXCEPTION', executed: 'no' });
    expect(line.stats().quarantines).toBe(0);
  });

  test('to all units is done after the turnaround, unheard, and the next request is answered as ever', async () => {
    const { clock, line, far } = await lineBench();
    far.behave = staysSilent;
    const begunMs = clock.nowMs();

    const outcome = await settledIn(clock, line.raw(toAll, writing));
    const tookMs = clock.nowMs() - begunMs;
    far.behave = answers;
    const next = await settledIn(clock, line.read(holding(1, 3, 1), fast));

    expect(outcome).toEqual(new Uint8Array());
    expect(tookMs).toBeGreaterThanOrEqual(20);
    expect(far.requests[0]).toBe(hex(frame(0, ...body)));
    expect(next).toEqual([1003]);
    expect(line.stats()).toMatchObject({ quarantines: 0, badShare: 0 });
  });

  test('to all units through an echoing adapter is no less done', async () => {
    const { clock, line, far } = await lineBench();
    far.behave = (request, end) => end.send(request);

    expect(await settledIn(clock, line.raw(toAll, writing))).toEqual(new Uint8Array());
    expect(line.stats()).toMatchObject({ quarantines: 0, strayFrames: 0 });
  });
});

test('a raw write of one register is preceded by the read that shows whether the line echoes', async () => {
  const { clock, line, far } = await lineBench();
  const write: RawRequest = { unit: 1, bytes: Uint8Array.of(1, 6, 0, 5, 0, 7), answerLength: 6 };
  far.behave = (request, end) => end.send(goodAnswer(request), 1);

  expect(await settledIn(clock, line.raw(write, writing))).toEqual(write.bytes);
  expect(far.requests).toEqual([hex(frame(1, 3, 0, 5, 0, 1)), hex(frame(1, 6, 0, 5, 0, 7))]);
});
