import { expect, test } from 'vitest';
import { AxisState } from '../../../../services/contracts/index.ts';
import { axisWord } from '../../../../services/dashboard/src/view/axis-word.ts';
import { aState } from '../a-drive.ts';

const live = { kind: 'live' } as const;

test('what is not known now is called unknown, whatever was last heard', () => {
  expect(axisWord(aState({ state: 'standstill' }), { kind: 'old', why: '9 s old' }).word).toBe('Unknown');
  expect(axisWord(null, live).word).toBe('Unknown');
});

test('each state has its own word', () => {
  const words = AxisState.options.map((state) => axisWord(aState({ state }), live).word);
  expect(new Set(words).size).toBe(AxisState.options.length);
});

test('a latched axis at rest says so, and one that still moves says it is stopping', () => {
  expect(axisWord(aState({ state: 'stopping', stopLatched: true, moving: false }), live).word).toBe('Stopped, latched');
  expect(axisWord(aState({ state: 'stopping', stopLatched: true, moving: true }), live).word).toBe('Stopping');
});

test('a fault is never hidden behind a latch', () => {
  expect(axisWord(aState({ state: 'errorStop', stopLatched: true }), live).word).toBe('Fault');
});
