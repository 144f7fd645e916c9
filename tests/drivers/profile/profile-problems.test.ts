import { describe, expect, test } from 'vitest';
import { OLDEST_READING_MS, pollCost, POLLS_A_WATCHDOG } from '../../../drivers/profile/index.ts';
import { pollPeriodMs } from '../../../drivers/drive/poll-pace.ts';
import { freshForMs } from '../../../services/device/domain/axis-state.ts';
import { changed, lineOf, problemsOf, profileOf } from './profile-text.ts';

const said = (text: string): readonly string[] => problemsOf(text).map(({ path, expected }) => `${path}: ${expected}`);

const scaled = (signal: string, type: string, scale: string): string =>
  changed([`${signal}: { address: `, `${signal}: { scale: ${scale}, address: `]).replace(
    new RegExp(`(${signal}: .*?type: )\\w+`),
    `$1${type}`,
  );

const ranged = (range: string): string =>
  changed(['targetVelocity: { address: 0x002B', `targetVelocity: { range: ${range}, address: 0x002B`]);

describe('everything that is wrong is said at once', () => {
  test('a slip in one register hides neither an overlap of two others nor a range that none can hold', () => {
    const text = changed(
      ['temperature: { address: 0x0012', 'temperature: { adress: 0x0012'],
      ['modeDisplay: { address: 0x0001', 'modeDisplay: { address: 0x0003'],
      ['targetVelocity: { address: 0x002B, type: i32', 'targetVelocity: { address: 0x002B, range: [5, 1], type: i32'],
      ['broadcast: obeyed', 'broadcast: sometimes'],
    );

    expect(problemsOf(text).map(({ path, line }) => [path, line])).toEqual([
      ['broadcast', lineOf(text, 'broadcast:')],
      ['registers.modeDisplay.address', lineOf(text, 'modeDisplay: {')],
      ['registers.temperature.address', lineOf(text, 'adress')],
      ['registers.temperature.adress', lineOf(text, 'adress')],
      ['registers.targetVelocity.range', lineOf(text, 'range: [5, 1]')],
    ]);
  });

  test('in the registers of one of two axes too', () => {
    const text = changed([
      'resetValues:\n',
      `channels:
  left:
    registers:
      sparePosition: { address: 0x0080, type: i32, access: read, see: test }
      spareVelocity: { address: 0x0081, type: u16, access: read, see: test }
resetValue: {}
resetValues:
`,
    ]);

    expect(problemsOf(text).map(({ path }) => path)).toEqual(['registers.spareVelocity.address', 'resetValue']);
  });
});

describe('unknown keys', () => {
  test.each([
    [
      ['wordOrder: high-first', 'wordorder: high-first'],
      'wordorder: no key "wordorder" here; did you mean "wordOrder"?',
    ],
    [
      ['turnaroundMs: 4', 'turnaroundMS: 4'],
      'timing.turnaroundMS: no key "turnaroundMS" here; did you mean "turnaroundMs"?; there are turnaroundMs, interFrameGapMs, quietAfterWriteMs, quietAfterBroadcastMs, bootMs',
    ],
    [
      ['actualTorque: { address', 'actualTorqe: { address'],
      'registers.actualTorqe: no key "actualTorqe" here; did you mean "actualTorque"?',
    ],
    [
      ['temperature: 31', 'temperatur: 31'],
      'resetValues.temperatur: no key "temperatur" here; did you mean "temperature"?',
    ],
    [['referencedBit: 15', 'referencedBit: 15\n  xyz: 1'], 'cia402.xyz: no key "xyz" here; there are referencedBit, '],
  ] as const)('%s is told with the word that was probably meant', (change, message) => {
    expect(said(changed(change)).some((line) => line.startsWith(message))).toBe(true);
  });
});

test('a value that may be of several kinds is told with all of them', () => {
  const text = changed(['actualVelocity: { address: 0x0004', 'actualVelocity: { scale: fast, address: 0x0004']);

  expect(said(text)[0]).toMatch(
    /^registers.actualVelocity.scale: number, received string, or .*a number, or two with a slash/,
  );
});

describe('a scale that cannot be meant is refused', () => {
  test('one step of position is more than a turn', () => {
    const text = scaled('actualPosition', 'i32', '20000');

    const [only, ...others] = problemsOf(text);

    expect(others).toEqual([]);
    expect(only).toMatchObject({ path: 'registers.actualPosition.scale', line: lineOf(text, 'actualPosition: {') });
    expect(only!.expected).toContain('one step is 2 turns; correct it, or countsPerRevolution (10000)');
  });

  test('the target cannot hold a whole turn', () => {
    expect(said(scaled('targetPosition', 'u16', '0.1'))).toEqual([
      expect.stringMatching(/^registers.targetPosition.scale: .*u16 .* from 0 to 6553.5, a turn has 10000 counts/),
    ]);
  });

  test('a range narrower than a turn counts as well', () => {
    const text = changed(['targetPosition: { address: 0x0022', 'targetPosition: { range: [0, 5000], address: 0x0022']);

    expect(said(text)).toEqual([expect.stringContaining('from 0 to 5000')]);
  });

  test('a servo of 4096 steps whose target ends at 4095 holds its turn', () => {
    const text = changed(
      ['targetPosition: { address: 0x0022', 'targetPosition: { range: [0, 4095], address: 0x0022'],
      ['countsPerRevolution: 10000', 'countsPerRevolution: 4096'],
    );

    expect(said(text)).toEqual([]);
  });

  test.each([
    ['one step faster than any motor', ['u32', '2e7'], 'one step is 2000 turns a second'],
    ['its greatest value slower than any use', ['u16', '1e-4'], '0.000655 turns a second'],
  ] as const)('a velocity with %s', (_, [type, scale], message) => {
    expect(said(scaled('profileVelocity', type, scale)).join('\n')).toContain(message);
  });

  test('a range that the register cannot hold, or written the wrong way round', () => {
    expect(said(ranged('[0, 3000000000]'))[0]).toContain('3000000000 does not fit a i32 register');
    expect(said(ranged('[5, -5]'))[0]).toContain('the smaller value first: [-5, 5]');
    expect(said(ranged('[-5, 5]'))).toEqual([]);
  });
});

describe('a poll plan that the line cannot carry is refused', () => {
  const at1200 = ['serial: { baudRate: 115200', 'serial: { baudRate: 1200'] as const;

  test('because the axis would never know its drive: with the computed time and what to change', () => {
    expect(said(changed(at1200))).toEqual([
      'registers: polls of at most 300 ms, or the axis is always unknown: 1 fast read and 1 slow read come to 474.7 ms at 1200 baud with 4 ms turnaround and 0 ms gap; poll fewer registers, allow a larger maxMergeGap, raise serial.baudRate or lower timing.turnaroundMs',
    ]);
  });

  test('because the drive’s own watchdog would trip between two polls of which one is lost', () => {
    const text = changed(['turnaroundMs: 4', 'turnaroundMs: 40'], ['defaultMs: 1000', 'defaultMs: 120']);

    expect(said(text)).toEqual([
      expect.stringMatching(
        /^watchdog.defaultMs: at least 131 ms, 3 fast polls: 1 fast read comes to 43.4 ms at 115200 /,
      ),
    ]);
  });

  test('a faster setting that the drive has is named', () => {
    const text = changed(at1200).replace(
      'stopBits: 1 }',
      'stopBits: 1, candidates: [{ baudRate: 9600, parity: none, stopBits: 1 }, { baudRate: 600, parity: none, stopBits: 1 }] }',
    );

    expect(said(text)[0]).toContain('raise serial.baudRate (to 9600)');
  });

  test('the limits are those of the axis and of the poller', () => {
    expect(OLDEST_READING_MS).toBe(freshForMs(0));
    const need = { latest: null, sinceCommandMs: 0, isAwaited: false };
    expect(pollPeriodMs({ idleMs: 1000, movingMs: 1000, watchdogMs: 600 }, need)).toBe(600 / POLLS_A_WATCHDOG);
  });

  test('the time of a poll is that of its frames: 8 bytes asked, 5 and two a register answered, and the turnaround', () => {
    const { reads, ms } = pollCost(profileOf(), 'fast');

    expect(reads.map(({ block }) => [block.address, block.count])).toEqual([[0, 13]]);
    expect(ms).toBeCloseTo(((8 + 5 + 26) * 10) / 115.2 + 4, 9);
  });

  test('a Dooya drive answers with one byte a value round which there are seven', () => {
    const dooya = { ...profileOf(), framing: 'dooya' as const };

    expect(pollCost(dooya, 'fast').ms).toBeCloseTo(((8 + 7 + 13) * 10) / 115.2 + 4, 9);
  });
});
