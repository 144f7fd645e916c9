import { beforeEach, expect, test } from 'vitest';
import { createVirtualClock, seededRandom, type VirtualClock } from '../../../drivers/base/index.ts';
import {
  createConnectionStory,
  pauseMs,
  type ConnectionStory,
} from '../../../services/platform/bus/connection-story.ts';
import { createLogger } from '../../../services/platform/process/index.ts';

let lines: { level: number; msg: string; reason?: string; mqtt?: string }[] = [];
let clock: VirtualClock;
let story: ConnectionStory;
beforeEach(() => {
  lines = [];
  clock = createVirtualClock();
  const logger = createLogger({
    name: 'test',
    output: { write: (line) => void lines.push(JSON.parse(line) as never) },
  });
  story = createConnectionStory({
    url: 'mqtt://me:hunter2@broker:1883',
    clientId: 'device',
    clock,
    random: seededRandom(1),
    logger,
  });
});

test('MQTT 5 comes first; a broker that refuses the version is asked at once for 3.1.1, and no line complains', () => {
  expect(story.version()).toBe(5);
  story.failed(Object.assign(new Error('Connection refused: Unacceptable protocol version'), { code: 1 }));
  expect(story.lost()).toBe(0);
  expect(story.version()).toBe(4);
  story.succeeded();
  expect(lines.map((line) => [line.level, line.mqtt])).toEqual([[30, '3.1.1']]);
});

test('a broker that hangs up on version 5 without a word is asked for 3.1.1 next', () => {
  expect(story.lost()).toBeGreaterThan(0);
  expect(story.version()).toBe(4);
});

test('after an outage version 5 is tried first again', () => {
  story.lost();
  story.succeeded();
  story.lost();
  expect(story.version()).toBe(5);
});

test('an outage of many attempts is one line when it begins and one when it ends', () => {
  story.succeeded();
  for (let attempt = 0; attempt < 20; attempt++) {
    story.failed(new Error('connect ECONNREFUSED 127.0.0.1:1883'));
    story.lost();
  }
  story.succeeded();
  expect(lines.map((line) => line.level)).toEqual([30, 40, 30]);
  expect(JSON.stringify(lines)).not.toContain('hunter2');
});

test('pauses grow from at most 0.2 s to at most 10 s and are never shorter than half of that', () => {
  const random = seededRandom(3);
  for (let failures = 0; failures < 40; failures++) {
    const longest = Math.min(10_000, 200 * 2 ** failures);
    const pause = pauseMs(failures, random);
    expect(pause).toBeGreaterThanOrEqual(longest / 2);
    expect(pause).toBeLessThanOrEqual(longest);
  }
});

test('one takeover is our own return; a second within 10 s is another program: an error, and a minute of rest', async () => {
  story.succeeded();
  story.dismissed(0x8e);
  expect(story.lost()).toBeLessThan(1000);
  story.succeeded();
  await clock.advance(3000);
  story.dismissed(0x8e);
  expect(story.lost()).toBe(60_000);
  expect(lines.at(-1)).toMatchObject({ level: 50, msg: expect.stringContaining('client id device') });
});

test.each([
  ['3.1.1', [5, 4]],
  ['5', [0x87, 0x86]],
])(
  'a login that a broker of MQTT %s refuses is one error, tried again ever slower in the same version',
  (mqtt, codes) => {
    if (mqtt === '3.1.1') story.lost();
    lines = [];
    const pauses = Array.from({ length: 10 }, (_, attempt) => {
      story.failed(Object.assign(new Error('Connection refused: Not authorized'), { code: codes[attempt % 2] }));
      return story.lost();
    });
    expect(story.version()).toBe(mqtt === '5' ? 5 : 4);
    expect(lines).toMatchObject([{ level: 50, msg: expect.stringContaining('does not let this program in') }]);
    expect(pauses[0]).toBeLessThan(1000);
    expect(pauses.at(-1)).toBeGreaterThanOrEqual(5000);
  },
);
