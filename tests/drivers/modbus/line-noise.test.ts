import { describe, expect, test } from 'vitest';
import {
  corrupted,
  fast,
  frame,
  goodAnswer,
  holding,
  lineBench,
  settledIn,
  valueOf,
  writing,
  type LineBench,
} from './line-bench.ts';

const noisyLine = (): Promise<LineBench> => lineBench({ toleratesLeadingNoise: true });
const right = [valueOf(1, 100), valueOf(1, 101)];
const isEight = (answer: Uint8Array): boolean => answer[2] === 8;

describe('on a line whose adapter adds noise before answers', () => {
  test.each([[[0x00]], [[0xff]], [[0x00, 0xff]], [[0xff, 0xff]]])('an answer behind %j is taken', async (noise) => {
    const { clock, line, far } = await noisyLine();
    far.behave = (request, end) => end.send([...noise, ...goodAnswer(request)], 1);

    const inOnePiece = await settledIn(clock, line.read(holding(1, 100), fast));
    far.behave = (request, end) =>
      [...noise, ...goodAnswer(request)].forEach((byte, index) => end.send([byte], 1 + index * 0.1));
    const byteByByte = await settledIn(clock, line.read(holding(1, 100), fast));

    expect(inOnePiece).toEqual(right);
    expect(byteByByte).toEqual(right);
    expect(line.stats()).toMatchObject({ noisyAnswers: 2, strayFrames: 0, quarantines: 0, badShare: 0 });
  });

  test('a refusal behind noise is a refusal', async () => {
    const { clock, line, far } = await noisyLine();
    far.behave = (_, end) => end.send([0xff, ...frame(1, 0x83, 2)], 1);

    expect(await settledIn(clock, line.read(holding(1, 100), fast))).toMatchObject({ code: 'EXCEPTION' });
    expect(line.stats()).toMatchObject({ noisyAnswers: 1, quarantines: 0 });
  });

  test('noise between the echo and the answer is left out as well', async () => {
    const { clock, line, far } = await noisyLine();
    far.behave = (request, end) => end.send([...request, 0x00, ...goodAnswer(request)], 1);

    expect(await settledIn(clock, line.read(holding(1, 100), fast))).toEqual(right);
    expect(await settledIn(clock, line.read(holding(1, 100), fast))).toEqual(right);
    expect(line.stats()).toMatchObject({ noisyAnswers: 2, quarantines: 0 });
  });

  test('noise before the echo too', async () => {
    const { clock, line, far } = await noisyLine();
    far.behave = (request, end) => end.send([0xff, ...request, 0x00, 0x00, ...goodAnswer(request)], 1);

    expect(await settledIn(clock, line.read(holding(1, 100), fast))).toEqual(right);
    expect(await settledIn(clock, line.write({ unit: 1, address: 5, values: [7] }, writing))).toBeUndefined();
    expect(line.stats()).toMatchObject({ noisyAnswers: 2, quarantines: 0 });
  });

  test('a write of one register is not confirmed by its noisy echo', async () => {
    const { clock, line, far } = await noisyLine();
    far.behave = (request, end) => end.send([0xff, ...request], 1);

    for (let attempt = 0; attempt < 3; attempt++) {
      const outcome = await settledIn(clock, line.write({ unit: 1, address: 5, values: [7] }, writing));
      expect(outcome).toMatchObject({ code: 'TIMEOUT' });
    }
  });

  test.each([
    ['behind three bytes', [0, 0, 0, ...goodAnswer(frame(1, 3, 0, 100, 0, 2))]],
    ['behind another byte', [0x7f, ...goodAnswer(frame(1, 3, 0, 100, 0, 2))]],
    ['behind a noise byte and with a wrong CRC', [0, ...corrupted(goodAnswer(frame(1, 3, 0, 100, 0, 2)))]],
    ['behind a noise byte and of another unit', [0, ...goodAnswer(frame(2, 3, 0, 100, 0, 2))]],
    ['between two noise bytes', [0, ...goodAnswer(frame(1, 3, 0, 100, 0, 2)), 0]],
    ['of noise alone', [0]],
  ])('an answer %s is no answer', async (_, answer) => {
    const { clock, line, far } = await noisyLine();
    far.behave = (_request, end) => end.send(answer, 1);

    expect(await settledIn(clock, line.read(holding(1, 100), fast))).toMatchObject({ code: 'BAD_FRAME' });
    expect(line.stats()).toMatchObject({ noisyAnswers: 0, quarantines: 1 });
  });

  test('a raw request that brings its own rule gets every byte', async () => {
    const { clock, line, far } = await noisyLine();
    far.behave = (_, end) => end.send(frame(0, 0xff, 8), 1);
    const raw = { unit: 1, bytes: Uint8Array.of(1, 0xf7, 1), answerLength: 3, matches: isEight };

    expect(await settledIn(clock, line.raw(raw, writing))).toEqual(Uint8Array.of(0, 0xff, 8));
  });
});
