import { array, assert, boolean, constant, constantFrom, oneof, pre, property, tuple } from 'fast-check';
import { expect, test } from 'vitest';
import { isPlainTopic, matchesFilter, overlaps } from '../../../services/platform/bus/topic-filter.ts';

// the examples of MQTT 5.0, 4.7.1
test.each([
  ['sport/tennis/player1/#', 'sport/tennis/player1', true],
  ['sport/tennis/player1/#', 'sport/tennis/player1/score/wimbledon', true],
  ['sport/#', 'sport', true],
  ['#', 'a/b', true],
  ['#', '$SYS/x', false],
  ['+/x', '$SYS/x', false],
  ['$SYS/#', '$SYS/x', true],
  ['sport/tennis/+', 'sport/tennis/player1', true],
  ['sport/tennis/+', 'sport/tennis/player1/ranking', false],
  ['sport/+', 'sport', false],
  ['sport/+', 'sport/', true],
  ['+/+', '/finance', true],
  ['/+', '/finance', true],
  ['+', '/finance', false],
])('%s matches %s: %s', (filter, topic, expected) => expect(matchesFilter(filter, topic)).toBe(expected));

const level = constantFrom('a', 'b', 'c');
const topics = array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join('/'));
const filters = tuple(array(oneof(level, constant('+')), { minLength: 1, maxLength: 4 }), boolean()).map(
  ([levels, isOpen]) => [...levels, ...(isOpen ? ['#'] : [])].join('/'),
);

test('two filters that share a topic are always seen to overlap', () => {
  assert(
    property(filters, filters, topics, (one, other, topic) => {
      pre(matchesFilter(one, topic) && matchesFilter(other, topic));
      expect(overlaps(one, other)).toBe(true);
      expect(overlaps(other, one)).toBe(true);
    }),
    { seed: 7, numRuns: 2000 },
  );
});

test('filters that are seen to overlap do share a topic', () => {
  const all = ['a', 'b', 'c'].flatMap((x) => [
    x,
    ...['a', 'b', 'c'].flatMap((y) => [`${x}/${y}`, ...['a', 'b', 'c'].map((z) => `${x}/${y}/${z}`)]),
  ]);
  const short = filters.filter((filter) => filter.split('/').length <= 3);
  assert(
    property(short, short, (one, other) => {
      const shared = all.some((topic) => matchesFilter(one, topic) && matchesFilter(other, topic));
      expect(overlaps(one, other)).toBe(shared);
    }),
    { seed: 7, numRuns: 2000 },
  );
});

test.each(['', 'a/+', 'a/#', '$SYS/broker', 'a\0b', 'x'.repeat(513)])('nothing is published to %j', (topic) =>
  expect(isPlainTopic(topic)).toBe(false),
);
