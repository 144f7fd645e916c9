import { expect, test } from 'vitest';
import { nextStep } from '../../../../services/dashboard/src/view/first-steps.ts';
import { wavePlan } from '../../../../services/dashboard/src/view/wave-plan.ts';
import { aDescription, aState } from '../a-drive.ts';

test('a newcomer is led by the member that lacks most', () => {
  const ready = aState();
  expect(nextStep([ready, ready])).toBe('move');
  expect(nextStep([ready, aState({ homed: false })])).toBe('home');
  expect(nextStep([aState({ homed: false }), aState({ enabled: false })])).toBe('enable');
  expect(nextStep([aState({ stopLatched: true }), aState({ enabled: false })])).toBe('release');
  expect(nextStep([aState({ state: 'errorStop' }), aState({ stopLatched: true })])).toBe('reset');
});

test('the wave stays well inside the range of each member', () => {
  const plan = wavePlan([aDescription()]);
  expect(plan.map(({ command }) => command)).toEqual(['enable', 'home', 'move', 'move', 'move', 'move']);
  for (const { parameters } of plan.filter(({ command }) => command === 'move')) {
    const target = (parameters as { targets: Record<string, number> }).targets['lift-left'];
    expect(target).toBeGreaterThan(40);
    expect(target).toBeLessThan(360);
  }
});

test('a step of the wave is done only when the member is there and at rest', () => {
  const move = wavePlan([aDescription()])[2];
  expect(move?.isDone(aState({ position: 240 }))).toBe(true);
  expect(move?.isDone(aState({ position: 240, moving: true, state: 'discreteMotion' }))).toBe(false);
  expect(move?.isDone(aState({ position: 120 }))).toBe(false);
  expect(move?.isDone(aState({ position: null }))).toBe(false);
});
