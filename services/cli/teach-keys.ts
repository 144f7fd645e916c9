import { emitKeypressEvents } from 'node:readline';
import type { ReadStream } from 'node:tty';
import type { TeachKey } from './teach-session.ts';

interface Pressed {
  readonly name?: string;
  readonly ctrl?: boolean;
}

const KEYS: Readonly<Record<string, TeachKey>> = {
  up: 'up',
  right: 'up',
  down: 'down',
  left: 'down',
  space: 'halt',
  return: 'take',
  enter: 'take',
  q: 'leave',
  escape: 'leave',
};

/** The keys of a terminal as they are pressed; without a terminal each line of the input takes an end. */
export function readTeachKeys(input: ReadStream): AsyncGenerator<TeachKey> {
  return input.isTTY ? pressedKeys(input) : lines(input);
}

async function* lines(input: AsyncIterable<Buffer>): AsyncGenerator<TeachKey> {
  for await (const chunk of input) {
    const count = chunk.toString().split('\n').length - 1;
    for (let line = 0; line < count; line++) yield 'take';
  }
}

async function* pressedKeys(input: ReadStream): AsyncGenerator<TeachKey> {
  const waiting: TeachKey[] = [];
  const sleeper = { wake: (): void => undefined };
  const hear = (_text: string, key: Pressed): void => {
    const known = key.ctrl === true && key.name === 'c' ? 'leave' : KEYS[key.name ?? ''];
    // a key that repeats faster than the drive is asked is one wish
    if (known !== undefined && waiting.at(-1) !== known) waiting.push(known);
    sleeper.wake();
  };
  emitKeypressEvents(input);
  input.setRawMode(true);
  input.on('keypress', hear).resume();
  try {
    for (;;) {
      const next = waiting.shift();
      if (next !== undefined) yield next;
      else await new Promise<void>((resolve) => (sleeper.wake = resolve));
    }
  } finally {
    input.off('keypress', hear);
    input.setRawMode(false);
    input.pause();
  }
}
