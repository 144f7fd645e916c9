import { describe, expect, test } from 'vitest';
import { LineQuality } from '../../../drivers/modbus/line-quality.ts';

type Seen = readonly [outcome: 'good' | 'bad', times: number, bytes?: number | undefined];

function after(...seen: readonly Seen[]): LineQuality {
  const quality = new LineQuality();
  for (const [outcome, times, bytes] of seen) for (let time = 0; time < times; time++) quality.record(outcome, bytes);
  return quality;
}

/** One bad one in ten: seldom enough to be no burst. */
const spread = (bad: number, bytes?: number): Seen[] =>
  Array.from({ length: bad }, (): Seen[] => [
    ['bad', 1, bytes],
    ['good', 8, bytes],
  ]).flat();

describe('a line', () => {
  test.each([
    [30, 'good'],
    [31, 'refuse-motion'],
    [100, 'refuse-motion'],
    [101, 'stop'],
  ] as const)('with %i bad transactions of the last 1000 is %s', (bad, verdict) => {
    const quality = after(...spread(bad));

    expect(quality.badShare).toBeCloseTo(bad / 1000, 9);
    expect(quality.verdict).toBe(verdict);
  });

  test('is judged by the bits that went wrong: of long frames more may be bad than of short ones', () => {
    // a bit error rate of 1e-4 spoils 1.4 % of 17 bytes and 4.2 % of 53
    const quality = after(['good', 622, 53], ...spread(42, 53));

    expect(quality.badShare).toBeCloseTo(0.042 * (17 / 53), 9);
    expect(quality.verdict).toBe('good');
  });

  test.each([
    [10, 'good'],
    [11, 'refuse-motion'],
  ] as const)('with %i bad ones of the last 50 is %s, and after 50 good ones good', (bad, verdict) => {
    const burst: Seen[] = [
      ['bad', 6, 53],
      ['good', 30, 53],
      ['bad', bad - 6, 53],
      ['good', 1, 53],
    ];

    expect(after(...burst).verdict).toBe(verdict);
    expect(after(...burst, ['good', 50, 53]).verdict).toBe('good');
  });

  test.each([
    [9, 'good'],
    [10, 'stop'],
  ] as const)('with %i bad ones in a row is %s', (bad, verdict) => {
    expect(after(['bad', bad]).verdict).toBe(verdict);
  });

  test('has forgotten what lies 1000 transactions back', () => {
    expect(after(...spread(101), ['good', 1000])).toMatchObject({ badShare: 0, verdict: 'good' });
  });
});
