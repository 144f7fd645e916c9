import { expect, test } from 'vitest';
import { dialAngle, dialArc, dialPoint } from '../../../../services/dashboard/src/view/dial.ts';

test('zero points up and a quarter turn to the right', () => {
  expect(dialPoint(0)).toEqual([50, 10]);
  expect(dialPoint(dialAngle('rev', 0.25)).map(Math.round)).toEqual([90, 50]);
});

test('a full turn is drawn as a whole ring, a part of it as an arc', () => {
  expect(dialArc(-180, 180).match(/A/g)).toHaveLength(2);
  expect(dialArc(0, 90)).toBe('M50 10A40 40 0 0 1 90 50');
  expect(dialArc(-135, 135)).toContain('0 1 1');
});
