import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ServerEvent, takeEvents } from '../../../../services/dashboard/src/api/event-text.ts';
import { problemOf } from '../../../../services/dashboard/src/api/page-problem.ts';
import { retryDelayMs } from '../../../../services/dashboard/src/api/retry-delay.ts';
import { problem } from '../../../../services/contracts/index.ts';

const text = ': open\n\nevent: state\ndata: {"drive":"a"}\n\n: here\n\nevent: site\ndata: {\ndata: }\n\ndata: bare\n\n';
const events: readonly ServerEvent[] = [
  { event: 'state', data: '{"drive":"a"}' },
  { event: 'site', data: '{\n}' },
  { event: 'message', data: 'bare' },
];

test('events come out whole and heartbeats do not', () => {
  expect(takeEvents(text)).toEqual({ events, rest: '' });
});

test('however the network cuts the text, the events are the same', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(text.length), { maxLength: 8 }), (cuts) => {
      const places = [0, ...cuts.toSorted((a, b) => a - b), text.length];
      const seen: ServerEvent[] = [];
      let rest = '';
      for (const [index, from] of places.slice(0, -1).entries()) {
        const taken = takeEvents(rest + text.slice(from, places[index + 1]));
        seen.push(...taken.events);
        rest = taken.rest;
      }
      expect(seen).toEqual(events);
    }),
    { seed: 3 },
  );
});

test('attempts to reconnect come quickly at first and never more than 5 s apart', () => {
  expect([0, 1, 2, 9, 1_000].map(retryDelayMs)).toEqual([300, 600, 1_200, 5_000, 5_000]);
});

test('a refusal keeps its remedy and names each member; an answer of a stranger is still told', () => {
  const refused = problem('memberRefused', 'The lift cannot move.', {
    errors: [{ path: 'targets', detail: 'not enabled', drive: 'lift-left' }],
  });
  expect(problemOf(409, refused)).toMatchObject({
    title: refused.title,
    detail: 'The lift cannot move. · lift-left: not enabled',
    remedy: refused.remedy,
  });
  expect(problemOf(502, null).title).toBe('The server answered 502');
});
