import { expect, test } from 'vitest';
import { hearEvents, losePositions } from '../../../../services/dashboard/src/store/hearing.ts';
import { addNotice } from '../../../../services/dashboard/src/store/notices.ts';
import { createStore } from '../../../../services/dashboard/src/store/store.ts';
import { aDescription, aState } from '../a-drive.ts';

const event = (name: string, data: unknown): { event: string; data: string } => ({
  event: name,
  data: JSON.stringify(data),
});

test('a snapshot shows every drive at once', () => {
  const store = createStore();
  const snapshot = { site: null, drives: [aDescription()], states: [aState({ position: 12 })], groups: [], runs: [] };

  hearEvents(store, [event('snapshot', snapshot)], 100);

  expect(store.driveIds.value).toEqual(['lift-left']);
  expect(store.drive('lift-left').heard.value).toMatchObject({ arrivedAtMs: 100, message: { position: 12 } });
});

test('an event that this page does not know is passed over', () => {
  const store = createStore();
  hearEvents(store, [event('constructor', {}), event('tomorrow', {}), event('state', aState())], 1);
  expect(store.driveIds.value).toEqual(['lift-left']);
});

test('a stale reading leaves a gap in the trail instead of a position', () => {
  const store = createStore();
  hearEvents(store, [event('state', aState({ position: 12, stale: true }))], 1);
  expect(store.drive('lift-left').trail.value).toEqual([{ atMs: 1, position: null }]);
});

test('a lost connection leaves a gap in every trail', () => {
  const store = createStore();
  hearEvents(store, [event('state', aState({ position: 12 }))], 0);
  losePositions(store, 5_000);
  expect(store.drive('lift-left').trail.value.at(-1)).toEqual({ atMs: 5_000, position: null });
});

test('a command that failed later is told, one that was superseded is not', () => {
  const store = createStore();
  const report = {
    id: null,
    drive: 'lift-left',
    command: 'home',
    result: null,
    error: { code: 'homingFailed', detail: 'No switch was seen.' },
  };

  hearEvents(
    store,
    [event('command', { ...report, status: 'aborted' }), event('command', { ...report, status: 'failed' })],
    1,
  );

  expect(store.notices.value.map(({ title, detail }) => [title, detail])).toEqual([
    ['lift-left: home failed', 'No switch was seen.'],
  ]);
});

test('the same message again is counted, and no more than four are kept', () => {
  const store = createStore();
  const say = (title: string): void => addNotice(store, { title, detail: '', remedy: null });
  for (const title of ['a', 'a', 'b', 'c', 'd', 'e']) say(title);
  expect(store.notices.value.map(({ title }) => title)).toEqual(['b', 'c', 'd', 'e']);
  say('b');
  expect(store.notices.value.at(-1)).toMatchObject({ title: 'b', times: 2 });
});
