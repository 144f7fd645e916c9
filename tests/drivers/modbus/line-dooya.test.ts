import { describe, expect, test } from 'vitest';
import { isDriverError } from '../../../drivers/base/index.ts';
import { encodeDooya, withCrc } from '../../../drivers/modbus/framing/index.ts';
import { goldenFrames } from '../../golden/golden-frames.ts';
import {
  corrupted,
  fast,
  hex,
  lineBench,
  outcomeOf,
  settledIn,
  stopping,
  writing,
  type LineBench,
} from './line-bench.ts';

/** The bytes 12 34 of the manual's frames: ID_L 12, ID_H 34. */
const UNIT = 0x3412;
const COMMAND = 0x300;

const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const sealed = (text: string): Uint8Array => withCrc(bytesOf(text));

const bench = async (): Promise<LineBench> => {
  const made = await lineBench({ framing: 'dooya' });
  // A read first: it shows that the line does not echo.
  made.far.behave = (_, end) => end.send(sealed('55 12 34 01 01 00'), 1);
  await settledIn(made.clock, position(made));
  made.far.requests.length = 0;
  return made;
};

const position = ({ line }: LineBench): Promise<readonly number[]> =>
  line.read({ unit: UNIT, table: 'holding', address: 0x02, count: 1 }, fast);

type Ask = (bench: LineBench) => Promise<readonly number[] | void>;
const write =
  (address: number, ...values: number[]): Ask =>
  ({ line }) =>
    line.write({ unit: UNIT, address, values }, writing);
const toGroup =
  (address: number, ...values: number[]): Ask =>
  ({ line }) =>
    line.write({ unit: 0, address, values }, writing);
const status: Ask = ({ line }) => line.read({ unit: UNIT, table: 'holding', address: 0x05, count: 1 }, fast);

const refuses = (attempt: Promise<unknown>): Promise<unknown> => attempt.then(() => 'taken', String);

const refused = { code: 'EXCEPTION', executed: 'no', unit: UNIT };
const golden: Readonly<Record<string, readonly [Ask, unknown]>> = {
  open: [write(COMMAND + 1), undefined],
  close: [write(COMMAND + 2), undefined],
  'percent refused': [write(COMMAND + 4, 30), refused],
  'group open (no reply)': [toGroup(COMMAND + 1), undefined],
  'read position': [position, [30]],
  'read position, stroke unset': [position, [0xff]],
  'read status': [status, [0]],
  'write address': [toGroup(0x00, 0x12, 0x34), undefined],
  'delete stroke': [write(COMMAND + 7), undefined],
};

describe('on a line of Dooya drives', () => {
  const frames = goldenFrames.filter(({ drive }) => drive.startsWith('dooya'));
  test.each(frames.map((frame) => [frame.name, frame] as const))(
    'the frames of the manual are sent and understood: %s',
    async (name, { request, response }) => {
      const made = await bench();
      const { clock, line, far } = made;
      const [ask, outcome] = golden[name] ?? [];
      far.behave = (_, end) => response !== null && end.send(response, 1);

      const got = await settledIn(clock, ask!(made));

      expect(far.requests).toEqual([hex(request)]);
      expect(isDriverError(got) ? { code: got.code, executed: got.executed, unit: got.unit } : got).toEqual(outcome);
      expect(line.stats()).toMatchObject({ quarantines: 0, strayFrames: 0, badShare: 0 });
    },
  );

  test('an error reply is a refusal that names the command', async () => {
    const { clock, line, far } = await bench();
    far.behave = (_, end) => end.send(bytesOf('55 01 01 03 01 FF 81 F2'), 1);

    const outcome = await settledIn(clock, line.write({ unit: 0x0101, address: COMMAND + 1, values: [] }, writing));

    expect(far.requests).toEqual([hex(sealed('55 01 01 03 01'))]);
    expect(outcome).toMatchObject({
      code: 'EXCEPTION',
      executed: 'no',
      message: 'unit 257 (0x0101) refused the command 0x01: it answered FF',
    });
    expect(line.stats()).toMatchObject({ quarantines: 0, quality: 'good' });
    expect(line.stats().units.get(0x0101)?.exceptions).toBe(1);
  });

  test('several bytes are read as one value each, and written with their number', async () => {
    const { clock, line, far } = await bench();
    far.behave = (_, end) => end.send(sealed('55 12 34 01 03 E1 E2 FF'), 1);
    const read = await settledIn(clock, line.read({ unit: UNIT, table: 'holding', address: 0xe0, count: 3 }, fast));
    far.behave = (_, end) => end.send(sealed('55 12 34 02 E0 03'), 1);
    const wrote = await settledIn(clock, write(0xe0, 1, 2, 3)({ line } as LineBench));

    expect(read).toEqual([0xe1, 0xe2, 0xff]);
    expect(wrote).toBeUndefined();
    expect(far.requests).toEqual([hex(sealed('55 12 34 01 E0 03')), hex(sealed('55 12 34 02 E0 03 01 02 03'))]);
  });

  test('a byte FF is a value where the answer has its length, though the data address is the same', async () => {
    const { clock, line, far } = await bench();
    far.behave = (_, end) => end.send(sealed('55 12 34 01 02 FF 07'), 1);

    expect(await settledIn(clock, line.read({ unit: UNIT, table: 'holding', address: 2, count: 2 }, fast))).toEqual([
      0xff, 7,
    ]);
  });

  test.each([
    ['another drive', position, sealed('55 12 35 01 01 1E')],
    ['another function', position, sealed('55 12 34 02 01 1E')],
    ['another length', position, sealed('55 12 34 01 02 1E 1F')],
    ['a wrong CRC', position, corrupted(sealed('55 12 34 01 01 1E'))],
    ['a byte too many', position, bytesOf('55 12 34 01 01 1E 6A 75 00')],
    ['no start byte', position, bytesOf('12 34 01 01 1E 6A 75')],
    ['another command', write(COMMAND + 1), sealed('55 12 34 03 02')],
    ['another percentage', write(COMMAND + 4, 30), sealed('55 12 34 03 04 1F')],
    ['another data address', write(0xe0, 1), sealed('55 12 34 02 E1 01')],
    ['another number of bytes', write(0xe0, 1), sealed('55 12 34 02 E0 02')],
  ] as const)('an answer with %s is no answer', async (_, ask, answer) => {
    const made = await bench();
    made.far.behave = (_request, end) => end.send(answer, 1);

    expect(await settledIn(made.clock, ask(made))).toMatchObject({ code: 'BAD_FRAME' });
    expect(made.line.stats().quarantines).toBe(1);
  });

  test('a drive that keeps silent is a time-out like on any line', async () => {
    const made = await bench();
    made.far.behave = () => undefined;

    expect(await settledIn(made.clock, write(COMMAND + 1)(made))).toMatchObject({
      code: 'TIMEOUT',
      executed: 'unknown',
    });
    expect(made.line.stats().quarantines).toBe(1);
  });

  test('behind an echoing adapter a drive without power obeys nothing', async () => {
    const made = await lineBench({ framing: 'dooya' });
    made.far.behave = (request, end) => end.send(request);

    const outcome = await settledIn(made.clock, write(COMMAND + 1)(made));

    expect(made.far.requests).toEqual([hex(sealed('55 12 34 01 05 01')), hex(sealed('55 12 34 03 01'))]);
    expect(outcome).toMatchObject({ code: 'TIMEOUT' });
    const stop = await settledIn(
      made.clock,
      made.line.write({ unit: UNIT, address: COMMAND + 3, values: [] }, stopping),
    );
    expect(stop).toMatchObject({ code: 'TIMEOUT' });
  });

  test('what no frame can carry is refused before it is queued', async () => {
    const { line, far } = await bench();
    const read = { unit: UNIT, table: 'holding', address: 2, count: 1 } as const;

    expect(await refuses(line.read({ ...read, unit: 0 }, fast))).toMatch(
      'unit 0 is not a whole number from 257 to 65278',
    );
    expect(await refuses(line.read({ ...read, unit: 0x12ff }, fast))).toMatch('low byte of unit 4863');
    expect(await refuses(line.read({ ...read, unit: 0x1200 }, fast))).toMatch('low byte of unit 4608');
    expect(await refuses(line.read({ ...read, address: 0x100 }, fast))).toMatch('data address 256');
    expect(await refuses(line.read({ ...read, address: 0xff, count: 2 }, fast))).toMatch('byte count 2');
    expect(await refuses(line.write({ unit: UNIT, address: 2, values: [256] }, writing))).toMatch('byte 256');
    expect(await refuses(line.write({ unit: UNIT, address: 2, values: [] }, writing))).toMatch('byte count 0');
    expect(await refuses(line.write({ unit: UNIT, address: COMMAND, values: [1, 2] }, writing))).toMatch('command 2');
    expect(await refuses(line.write({ unit: UNIT, address: 0x400, values: [] }, writing))).toMatch(
      '0x300 + command 1024',
    );
    expect(await refuses(line.write({ unit: UNIT, address: 0x200, values: [1] }, writing))).toMatch('data address 512');
    expect(far.requests).toEqual([]);
  });
});

function ambiguous(): readonly [unit: number, command: number] {
  for (let address = 0x0101; address <= 0xfefe; address++) {
    const isNoUnit = (address & 0xff) % 0xff === 0;
    if (!isNoUnit && encodeDooya(address, 3, [1])[5] === 0xff) return [address, 1];
  }
  throw new Error('there is one');
}

describe('for one address in 256 the CRC of a command begins with FF, so that its copy is also the beginning of its refusal', () => {
  const [unit, command] = ambiguous();
  const ask = async (answer: Uint8Array): Promise<{ outcome: unknown; made: LineBench; tookMs: number }> => {
    const made = await bench();
    // In two pieces, cut where the shorter answer ends.
    made.far.behave = (_, end) =>
      [answer.subarray(0, 7), answer.subarray(7)].forEach((part, at) => end.send(part, 1 + at));
    const begunMs = made.clock.nowMs();
    const asked = made.line.write({ unit, address: COMMAND + command, values: [] }, writing);
    const outcome = await settledIn(made.clock, asked);
    return { outcome, made, tookMs: made.clock.nowMs() - begunMs };
  };

  test('the copy is believed when nothing more has come in time', async () => {
    const { outcome, made, tookMs } = await ask(control());

    expect(outcome).toBeUndefined();
    expect(tookMs).toBeGreaterThan(20);
    expect(made.line.stats()).toMatchObject({ quarantines: 0, badShare: 0 });
  });

  test('the refusal is a refusal', async () => {
    const { outcome } = await ask(withCrc(Uint8Array.of(0x55, unit & 0xff, unit >> 8, 3, command, 0xff)));

    expect(outcome).toMatchObject({ code: 'EXCEPTION', executed: 'no' });
  });

  function control(): Uint8Array {
    return withCrc(Uint8Array.of(0x55, unit & 0xff, unit >> 8, 3, command));
  }
});

test('a raw frame on a line of Dooya drives gets the CRC and keeps its own rule', async () => {
  const { clock, line, far } = await bench();
  far.behave = (_, end) => end.send(sealed('55 12 34 09 77'), 1);
  const raw = { unit: UNIT, bytes: bytesOf('55 12 34 09 01'), answerLength: 5 };

  expect(await settledIn(clock, line.raw(raw, writing))).toEqual(bytesOf('55 12 34 09 77'));
  expect(await settledIn(clock, line.raw({ ...raw, matches: (bytes) => bytes[4] === 8 }, writing))).toMatchObject({
    code: 'BAD_FRAME',
  });
  expect(await outcomeOf(line.close())).toBeUndefined();
});
