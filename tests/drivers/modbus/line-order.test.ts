import { describe, expect, test } from 'vitest';
import type { Lane } from '../../../drivers/modbus/index.ts';
import {
  answers,
  fast,
  goodAnswer,
  holding,
  lineBench,
  outcomeOf,
  settledIn,
  staysSilent,
  stopping,
  writing,
} from './line-bench.ts';

const addresses = (requests: readonly string[]): number[] =>
  requests.map((request) => parseInt(request.slice(4, 8), 16));

describe('order of service', () => {
  test('is stop, trigger, write, fast, slow; within a lane first come, first served', async () => {
    const { clock, line, far } = await lineBench();
    const lanes: readonly Lane[] = [
      'slow',
      'fast',
      'write',
      'trigger',
      'stop',
      'slow',
      'fast',
      'write',
      'trigger',
      'stop',
    ];
    const ask = (lane: Lane, address: number): Promise<unknown> =>
      line.write({ unit: 1, address, values: [1, 2] }, { lane, turnaroundMs: 20 });

    const first = ask('slow', 100);
    const all = Promise.all([first, ...lanes.map((lane, index) => ask(lane, index))]);
    await settledIn(clock, all);

    expect(addresses(far.requests)).toEqual([100, 4, 9, 3, 8, 2, 7, 1, 6, 0, 5]);
  });

  test('lets no poll slip between an answer and the frame that follows from it', async () => {
    const { clock, line, far } = await lineBench({ interFrameGapMs: 0 });
    const move = async (): Promise<void> => {
      await line.read(holding(1, 10), writing);
      await line.write({ unit: 1, address: 11, values: [1, 2] }, writing);
    };

    await settledIn(clock, Promise.all([move(), line.read(holding(1, 99), fast)]));

    expect(addresses(far.requests)).toEqual([10, 11, 99]);
  });

  test('has one request in flight: the next leaves only after the answer and the silent gap', async () => {
    const { clock, line, far } = await lineBench();
    const sentAtMs: number[] = [];
    far.behave = (request, end) => {
      sentAtMs.push(clock.nowMs());
      end.send(goodAnswer(request), 10);
    };

    await settledIn(clock, Promise.all([0, 1, 2].map((address) => line.read(holding(1, address), fast))));

    const gapsMs = sentAtMs.slice(1).map((atMs, index) => atMs - sentAtMs[index]!);
    for (const gapMs of gapsMs) expect(gapMs).toBeCloseTo(10 + 1.75, 6);
  });

  test('a lane that is full refuses at once, the others go on', async () => {
    const { clock, line } = await lineBench({ queueDepth: 2 });
    const asked = [0, 1, 2, 3].map((address) => outcomeOf(line.read(holding(1, address), fast)));

    expect(await asked[3]).toMatchObject({ code: 'QUEUE_FULL', executed: 'no' });
    expect(line.stats().queued).toBe(2);
    expect(await settledIn(clock, line.write({ unit: 1, address: 0, values: [1] }, stopping))).not.toMatchObject({
      code: 'QUEUE_FULL',
    });
  });
});

describe('immediately before the first byte leaves', () => {
  test('a request that is not wanted any more is dropped', async () => {
    const { clock, line, far } = await lineBench();
    let epoch = 1;
    const stillWanted = (): boolean => epoch === 1;

    const poll = line.read(holding(1, 100), fast);
    const move = outcomeOf(line.write({ unit: 1, address: 5, values: [1, 2] }, { ...writing, stillWanted }));
    epoch = 2;
    await settledIn(clock, Promise.all([poll, move]));

    expect(await move).toMatchObject({ code: 'FENCED', executed: 'no' });
    expect(addresses(far.requests)).toEqual([100]);
  });

  test('a request whose time has run out is dropped', async () => {
    const { clock, line, far } = await lineBench();
    const notAfterMs = clock.nowMs() + 3;
    far.behave = (request, end) => end.send(goodAnswer(request), 5);

    const poll = line.read(holding(1, 100), fast);
    const late = outcomeOf(line.write({ unit: 1, address: 5, values: [1, 2] }, { ...writing, notAfterMs }));
    await settledIn(clock, poll);
    await clock.advance(5);

    expect(await late).toMatchObject({ code: 'EXPIRED', executed: 'no' });
    expect(addresses(far.requests)).toEqual([100]);
  });
});

describe('quarantine', () => {
  test('holds everything back until the line has been silent long enough, then asks a known question first', async () => {
    const { clock, line, far } = await lineBench();
    await settledIn(clock, line.read(holding(2, 50), fast));
    far.behave = staysSilent;
    await settledIn(clock, line.read(holding(1, 100), fast));
    const begunMs = clock.nowMs();
    far.behave = answers;

    const next = settledIn(clock, line.read(holding(1, 200), fast));
    const outcome = await next;

    expect(outcome).toEqual([1200, 1201]);
    expect(clock.nowMs() - begunMs).toBeGreaterThanOrEqual(249);
    expect(addresses(far.requests)).toEqual([50, 100, 50, 200]);
  });

  test('begins anew with every byte that comes', async () => {
    const { clock, line, far } = await lineBench({ latenessMs: 100 });
    far.behave = staysSilent;
    await settledIn(clock, line.read(holding(1, 100), fast));
    far.behave = answers;
    const read = settledIn(clock, line.read(holding(1, 200), fast));
    const begunMs = clock.nowMs();
    far.send([0x55], 90);

    await read;

    expect(clock.nowMs() - begunMs).toBeGreaterThanOrEqual(190);
  });

  test('does not hold back a stop, and goes on after it', async () => {
    const { clock, line, far } = await lineBench({ latenessMs: 500 });
    await settledIn(clock, line.read(holding(1, 0), fast));
    far.behave = staysSilent;
    await settledIn(clock, line.read(holding(1, 100), fast));
    far.behave = answers;
    const begunMs = clock.nowMs();
    const poll = line.read(holding(1, 200), fast);

    const stop = await settledIn(clock, line.write({ unit: 1, address: 5, values: [7] }, stopping));
    const stoppedAfterMs = clock.nowMs() - begunMs;
    await settledIn(clock, poll);

    expect(stop).toBeUndefined();
    expect(stoppedAfterMs).toBeLessThan(10);
    expect(clock.nowMs() - begunMs).toBeGreaterThanOrEqual(500);
  });

  test('does hold back a read in the stop lane: it could get a late answer', async () => {
    const { clock, line, far } = await lineBench({ latenessMs: 500 });
    far.behave = staysSilent;
    await settledIn(clock, line.read(holding(1, 100), fast));
    far.behave = answers;
    const begunMs = clock.nowMs();

    await settledIn(clock, line.read(holding(1, 100), stopping));

    expect(clock.nowMs() - begunMs).toBeGreaterThanOrEqual(499);
  });

  test('follows bytes that nobody asked for', async () => {
    const { clock, line, far } = await lineBench();
    far.send([1, 2, 3]);
    await clock.advance(1);

    expect(line.stats()).toMatchObject({ strayFrames: 1, quarantines: 1 });
  });

  test('on a line that never falls silent refuses what waits instead of keeping it for ever', async () => {
    const { clock, line, far } = await lineBench({ latenessMs: 100 });
    for (let atMs = 0; atMs < 5000; atMs += 50) far.send([0xff], atMs);
    await clock.advance(10);

    const outcome = await settledIn(clock, line.read(holding(1, 100), fast));

    expect(outcome).toMatchObject({ code: 'BAD_FRAME', executed: 'no' });
    expect(clock.nowMs()).toBeLessThan(1500);
  });
});
