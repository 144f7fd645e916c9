import { expect, test } from 'vitest';
import {
  fast,
  goodAnswer,
  holding,
  lineBench,
  settledIn,
  stopping,
  valueOf,
  writing,
  type Behaviour,
} from './line-bench.ts';

/** An RS-485 adapter that sends back what it sends, before a drive that answers. */
const echoesAndAnswers: Behaviour = (request, end) => {
  end.send(request);
  if (request[0] !== 0) end.send(goodAnswer(request), 1);
};
/** The same adapter; the drive has no power. */
const onlyEchoes: Behaviour = (request, end) => end.send(request);

const oneRegister = { unit: 1, address: 5, values: [7] };

test('behind an echoing adapter reads and writes work, the echo taken off once a request', async () => {
  const { clock, line, far } = await lineBench();
  far.behave = echoesAndAnswers;

  expect(await settledIn(clock, line.read(holding(1, 100), fast))).toEqual([valueOf(1, 100), valueOf(1, 101)]);
  expect(await settledIn(clock, line.write(oneRegister, writing))).toBeUndefined();
  expect(await settledIn(clock, line.write({ ...oneRegister, values: [7, 8] }, writing))).toBeUndefined();
  expect(await settledIn(clock, line.write({ ...oneRegister, unit: 0 }, writing))).toBeUndefined();
  expect(await settledIn(clock, line.read(holding(1, 3), fast))).toEqual([valueOf(1, 3), valueOf(1, 4)]);
  expect(line.stats()).toMatchObject({ quarantines: 0, strayFrames: 0 });
});

test('echo and answer may come in one piece or byte by byte', async () => {
  const { clock, line, far } = await lineBench();
  far.behave = (request, end) => end.send([...request, ...goodAnswer(request)]);
  const inOnePiece = await settledIn(clock, line.read(holding(1, 100), fast));
  far.behave = (request, end) =>
    [...request, ...goodAnswer(request)].forEach((byte, index) => end.send([byte], index * 0.1));
  const byteByByte = await settledIn(clock, line.read(holding(1, 100), fast));

  expect(inOnePiece).toEqual([valueOf(1, 100), valueOf(1, 101)]);
  expect(byteByByte).toEqual(inOnePiece);
});

test('a drive without power behind an echoing adapter acknowledges nothing', async () => {
  const { clock, line, far } = await lineBench();
  far.behave = onlyEchoes;

  const outcomes = [];
  for (let attempt = 0; attempt < 5; attempt++) {
    outcomes.push(await settledIn(clock, line.write(oneRegister, writing)));
    outcomes.push(await settledIn(clock, line.write(oneRegister, stopping)));
  }

  for (const outcome of outcomes) expect(outcome).toMatchObject({ code: 'TIMEOUT' });
});

test('before the first single-register write of an opening a read shows whether the line echoes', async () => {
  const { clock, line, far } = await lineBench();

  await settledIn(clock, line.write(oneRegister, writing));
  await settledIn(clock, line.write(oneRegister, writing));

  expect(far.requests.map((request) => request.slice(0, 4))).toEqual(['0103', '0106', '0106']);
});

test('a stop does not wait for that proof, and its copy alone is no acknowledgement', async () => {
  const { clock, line, far } = await lineBench();

  const stop = await settledIn(clock, line.write(oneRegister, stopping));

  expect(far.requests.map((request) => request.slice(0, 4))).toEqual(['0106']);
  expect(stop).toMatchObject({ code: 'TIMEOUT' });
});

test('an adapter that stops echoing is not believed', async () => {
  const { clock, line, far } = await lineBench();
  far.behave = echoesAndAnswers;
  await settledIn(clock, line.read(holding(1, 100), fast));
  far.behave = (request, end) => end.send(goodAnswer(request));

  expect(await settledIn(clock, line.read(holding(1, 100), fast))).toMatchObject({ code: 'BAD_FRAME' });
});

test('the late answer to a stop, before the answer to its repetition, is no echo', async () => {
  const { clock, line, far } = await lineBench();
  far.behave = (request, end) =>
    void [...goodAnswer(request), ...goodAnswer(request)].map((byte) => end.send([byte], 1));
  await settledIn(clock, line.write(oneRegister, stopping));
  far.behave = (request, end) => end.send(goodAnswer(request));

  expect(await settledIn(clock, line.read(holding(1, 100), fast))).toEqual([valueOf(1, 100), valueOf(1, 101)]);
  expect(await settledIn(clock, line.write(oneRegister, stopping))).toBeUndefined();
});

test('behind an echoing adapter a raw request to a drive without power gets no answer, whatever is known of the line', async () => {
  const { clock, line, far } = await lineBench();
  far.behave = onlyEchoes;
  const rawRead = { unit: 1, bytes: Uint8Array.of(1, 4, 0, 0x31, 0, 3), answerLength: 9 };
  const rawWrite = { unit: 1, bytes: Uint8Array.of(1, 6, 0, 5, 0, 1), answerLength: 6 };

  expect(await settledIn(clock, line.raw(rawRead, writing))).toMatchObject({ code: 'TIMEOUT' });
  expect(await settledIn(clock, line.raw(rawWrite, writing))).toMatchObject({ code: 'TIMEOUT' });
});
