import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { commonRange } from '../../../../services/dashboard/src/view/common-range.ts';
import { readGroupTargets } from '../../../../services/dashboard/src/view/group-targets.ts';
import { isOutside, placeIn, positionAt } from '../../../../services/dashboard/src/view/place.ts';
import { ageText, decimalsFor, numberText, quantityText } from '../../../../services/dashboard/src/view/quantity.ts';
import { stepSizes } from '../../../../services/dashboard/src/view/step-sizes.ts';
import { readTarget } from '../../../../services/dashboard/src/view/target-text.ts';
import { aDescription } from '../a-drive.ts';

test('a missing reading is a dash, never a zero', () => {
  expect(numberText(null, 2)).toBe('–');
  expect(quantityText(null, 'mm', 2)).toBe('–');
});

test('what rounds to zero has no minus sign', () => {
  expect(numberText(-0.001, 2)).toBe('0.00');
  expect(numberText(-1.5, 1)).toBe('−1.5');
});

test('no more decimals are shown than the drive resolves', () => {
  expect([decimalsFor('mm', 0.000_01), decimalsFor('mm', 0.1), decimalsFor('mm', 1), decimalsFor('%', 0.001)]).toEqual([
    2, 1, 0, 1,
  ]);
});

test('ages are counted down to whole seconds, then minutes and hours', () => {
  expect([999, 61_000, 600_000, 8_000_000].map(ageText)).toEqual(['0\u202fs', '61\u202fs', '10\u202fmin', '2\u202fh']);
});

test('a typed target may have a decimal comma; words, exponents and positions beyond the range are no target', () => {
  expect(readTarget(' 12,5 ', [0, 400], 'mm')).toEqual({ ok: true, value: 12.5 });
  expect(readTarget('−90', [-180, 180], 'deg')).toEqual({ ok: true, value: -90 });
  for (const text of ['', 'ten', '1e2', '1,000.5', 'NaN', '401', '-0.1']) {
    expect(readTarget(text, [0, 400], 'mm').ok).toBe(false);
  }
});

test('steps are handy numbers, the larger about a twentieth of the range', () => {
  expect([stepSizes([0, 400]), stepSizes([0, 100]), stepSizes([-180, 180]), stepSizes([0, 0.5])]).toEqual([
    [5, 20],
    [1, 5],
    [5, 20],
    [0.005, 0.02],
  ]);
});

test('a press on the track chooses a position inside the range, near where it was', () => {
  fc.assert(
    fc.property(fc.double({ min: -0.2, max: 1.2, noNaN: true }), (place) => {
      const position = positionAt([-180, 180], place);
      expect(position).toBeGreaterThanOrEqual(-180);
      expect(position).toBeLessThanOrEqual(180);
      expect(Math.abs(placeIn([-180, 180], position) - Math.min(1, Math.max(0, place)))).toBeLessThan(0.005);
    }),
    { seed: 7 },
  );
});

test('members of a group share one target only where they share a unit, and only where all can go', () => {
  const { axis } = aDescription();
  expect(commonRange([axis, { ...axis, range: [50, 900] }])).toEqual({ range: [50, 400], unit: 'mm' });
  expect(commonRange([axis, { ...axis, unit: 'deg' }])).toBeNull();
});

test('a member without a typed target takes no part, but a wrong one stops the whole move', () => {
  const axis = { range: [0, 400], unit: 'mm' } as const;
  const targets = (left: string, right: string): ReturnType<typeof readGroupTargets> =>
    readGroupTargets([
      { id: 'left', axis, text: left },
      { id: 'right', axis, text: right },
    ]);

  expect(targets('10', '')).toEqual({ ok: true, value: { left: 10 } });
  expect(targets('10', '999')).toEqual({ ok: false, because: 'right: From 0 to 400 mm' });
  expect(targets('', '').ok).toBe(false);
});

test('an axis beyond its range is said to be so, one at its end with a trembling last digit is not', () => {
  expect([-20.3, -0.04, 0, 400.1, 430].map((position) => isOutside([0, 400], position))).toEqual([
    true,
    false,
    false,
    false,
    true,
  ]);
  expect(isOutside([0, 400], null)).toBe(false);
});
