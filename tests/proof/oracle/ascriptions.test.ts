import { expect, test } from 'vitest';
import type { Delivery } from '../facts.ts';
import { Ascriptions } from './ascriptions.ts';
import type { Trigger } from './trigger.ts';

const by = (...commands: Delivery[]) => ({ commands, mayBeHalt: false });
const start = (seq: number): Trigger => ({ seq }) as Trigger;
const delivery = (number: number, command = 'move-velocity'): Delivery =>
  ({ order: { number, command, body: {} }, life: 1 }) as Delivery;

test('a start that only one command explains shows that an earlier one was the other command', () => {
  const [slow, fast] = [delivery(31), delivery(35)];
  const ascriptions = new Ascriptions();
  const [first, second] = [start(1), start(2)];

  expect(ascriptions.ascribe(first, by(fast, slow))).toBe(true);
  expect(ascriptions.ascribe(second, by(fast))).toBe(true);

  expect([ascriptions.of(first), ascriptions.of(second)]).toEqual([slow, fast]);
});

test('what came twice is one command, and explains one start', () => {
  const [sent, again, other] = [delivery(31), delivery(31), delivery(32)];
  const ascriptions = new Ascriptions();

  expect(ascriptions.ascribe(start(1), by(sent, other))).toBe(true);
  expect(ascriptions.ascribe(start(2), by(again))).toBe(true);
  expect(ascriptions.ascribe(start(3), by(again, other))).toBe(false);
});

test('a jog may start its motion as often as it is renewed', () => {
  const jog = delivery(40, 'jog');
  const ascriptions = new Ascriptions();

  expect([1, 2, 3].map((seq) => ascriptions.ascribe(start(seq), by(jog)))).toEqual([true, true, true]);
});

test('a start that may be a halt needs no command, once a later start shows whose it was', () => {
  const asked = delivery(127, 'move-relative');
  const ascriptions = new Ascriptions();
  const halt = start(1);

  expect(ascriptions.ascribe(halt, { commands: [asked], mayBeHalt: true })).toBe(true);
  expect(ascriptions.ascribe(start(2), by(asked))).toBe(true);

  expect(ascriptions.of(halt)).toBeUndefined();
});
