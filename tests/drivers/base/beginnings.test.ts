import { expect, it } from 'vitest';
import { beginningsOf } from '../../../drivers/base/index.ts';

it('gives the same view for the same length, and shows what is in the buffer now', () => {
  const buffer = Buffer.from('first');
  const beginning = beginningsOf(buffer);
  const three = beginning(3);
  expect(three.toString()).toBe('fir');
  buffer.write('third');
  expect(beginning(3)).toBe(three);
  expect(three.toString()).toBe('thi');
  expect([0, 5].map((length) => beginning(length).toString())).toEqual(['', 'third']);
});
