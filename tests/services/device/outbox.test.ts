import { expect, test } from 'vitest';
import { Outbox } from '../../../services/device/outbox.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('what a command makes known leaves behind its frame, in its order, and the state of it all first and once', async () => {
  const left: string[] = [];
  const outbox = new Outbox(() => left.push('state'));

  outbox.put(() => left.push('accepted'));
  outbox.changed();
  outbox.put(() => left.push('active'));
  outbox.changed();
  await Promise.resolve();
  left.push('frame');
  await turn();

  expect(left).toEqual(['frame', 'state', 'accepted', 'active']);
});

test('who leaves tells first what is held, and nothing twice', async () => {
  const left: string[] = [];
  const outbox = new Outbox(() => left.push('state'));
  outbox.put(() => left.push('done'));
  outbox.changed();

  outbox.empty();
  left.push('offline');
  await turn();

  expect(left).toEqual(['state', 'done', 'offline']);
});
