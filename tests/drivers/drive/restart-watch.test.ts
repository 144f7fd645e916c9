import { expect, test } from 'vitest';
import { RestartWatch } from '../../../drivers/drive/restart-watch.ts';
import type { DriveSample } from '../../../drivers/drive/index.ts';
import { nothingKnown } from '../../../drivers/schemes/nothing-known.ts';

const BOOT_MS = 100;

/** A drive without a boot counter that is asked what it holds; each question is answered when the test says so. */
function watched() {
  const answers: ((isConfigured: boolean) => void)[] = [];
  let [nowMs, unanswered, restarts] = [0, 0, 0];
  const watch = new RestartWatch({
    bootMs: BOOT_MS,
    bootCounter: () => null,
    unanswered: () => unanswered,
    isConfigured: () => new Promise((resolve) => answers.push(resolve)),
    inTurn: (run) => run(),
    restarted: () => void (restarts += 1),
  });
  const read = (afterMs: number): void => {
    nowMs += afterMs;
    const sample: DriveSample = { state: nothingKnown, sampledAtMs: nowMs, sampledAtUnixMs: nowMs, number: 1 };
    watch.note(sample);
  };
  return {
    watch,
    read,
    /** Silent for as long as it boots, then read again. */
    fallSilent: () => {
      unanswered += 1;
      read(BOOT_MS);
    },
    answer: async (isConfigured: boolean) => {
      answers.shift()?.(isConfigured);
      await new Promise(setImmediate);
    },
    questions: () => answers.length,
    restarts: () => restarts,
  };
}

test('a silence as long as the boot is a doubt, and what has been forgotten the proof', async () => {
  const { read, fallSilent, answer, questions, restarts } = watched();
  read(0);
  read(BOOT_MS);
  expect(questions()).toBe(0);

  fallSilent();
  expect(questions()).toBe(1);
  await answer(false);

  expect(restarts()).toBe(1);
});

test('a sign that others see in a reading is a doubt like a silence', async () => {
  const { watch, read, answer, questions, restarts } = watched();
  read(0);

  watch.suspect();
  read(10);
  expect(questions()).toBe(1);
  await answer(false);

  expect(restarts()).toBe(1);
});

test('a question that was asked before a silence settles no doubt of that silence', async () => {
  const { read, fallSilent, answer, questions, restarts } = watched();
  read(0);
  fallSilent();

  fallSilent();
  await answer(true);
  read(10);
  expect(questions()).toBe(1);
  await answer(false);

  expect(restarts()).toBe(1);
});

test('a question from before the drive was lost settles no doubt of after', async () => {
  const { watch, read, fallSilent, answer, questions, restarts } = watched();
  read(0);
  fallSilent();

  watch.forget();
  read(10);
  fallSilent();
  await answer(true);
  expect(restarts()).toBe(0);
  read(10);
  expect(questions()).toBe(1);
  await answer(false);

  expect(restarts()).toBe(1);
});
