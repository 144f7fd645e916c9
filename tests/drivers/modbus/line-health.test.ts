import { describe, expect, test, vi } from 'vitest';
import { DriverError } from '../../../drivers/base/index.ts';
import { createLine } from '../../../drivers/modbus/index.ts';
import { createVirtualClock } from '../../../drivers/base/index.ts';
import {
  answers,
  corrupted,
  fast,
  goodAnswer,
  holding,
  lineBench,
  outcomeOf,
  settledIn,
  staysSilent,
  stopping,
  writing,
  type LineBench,
} from './line-bench.ts';

/** Unit 9 has no power; the others answer. */
const withoutUnit9 = (bench: LineBench): void => {
  bench.far.behave = (request, end) => (request[0] === 9 ? undefined : answers(request, end));
};

async function benchWithDeadUnit(): Promise<LineBench> {
  const bench = await lineBench();
  withoutUnit9(bench);
  for (let failure = 0; failure < 3; failure++) await settledIn(bench.clock, bench.line.read(holding(9, 0), fast));
  return bench;
}

const cyclesIn10s = async ({ clock, line }: LineBench, pollsDead: boolean): Promise<number> => {
  let cycles = 0;
  const untilMs = clock.nowMs() + 10_000;
  const poll = async (): Promise<void> => {
    while (clock.nowMs() < untilMs) {
      await line.read(holding(1, 0), fast);
      cycles++;
    }
  };
  const pollDead = async (): Promise<void> => {
    while (clock.nowMs() < untilMs) {
      await outcomeOf(line.read(holding(9, 0), fast));
      await clock.sleep(10);
    }
  };
  const both = pollsDead ? Promise.all([poll(), pollDead()]) : poll();
  await clock.advance(10_100);
  await both;
  return cycles;
};

describe('a dead unit', () => {
  test('is polled no more after three silences, except once a back-off period', async () => {
    const { clock, line, far } = await benchWithDeadUnit();
    const asked = far.requests.length;

    for (let atMs = 0; atMs < 20_000; atMs += 100) {
      await outcomeOf(Promise.race([line.read(holding(9, 0), fast), clock.advance(100)]));
      await clock.advance(100);
    }

    const probes = far.requests.slice(asked).length;
    expect(probes).toBeGreaterThanOrEqual(4);
    expect(probes).toBeLessThanOrEqual(12);
    expect(await outcomeOf(line.read(holding(9, 0), fast))).toMatchObject({ code: 'OFFLINE', unit: 9 });
  });

  test('costs the others less than a twentieth of the line', async () => {
    const without = await cyclesIn10s(await lineBench(), false);
    const withDead = await cyclesIn10s(await benchWithDeadUnit(), true);

    expect(withDead / without).toBeGreaterThan(0.95);
  });

  test('still gets its stop, trigger and write, and is back with its first answer', async () => {
    const bench = await benchWithDeadUnit();
    const { clock, line, far } = bench;
    const asked = far.requests.length;

    for (const lane of ['stop', 'trigger', 'write'] as const) {
      await settledIn(clock, line.write({ unit: 9, address: 5, values: [1, 2] }, { lane, turnaroundMs: 20 }));
    }
    const sentWhileDead = far.requests.slice(asked).filter((request) => request.startsWith('0910')).length;
    far.behave = answers;
    await settledIn(clock, line.write({ unit: 9, address: 5, values: [1, 2] }, stopping));

    expect(sentWhileDead).toBe(3);
    expect(await settledIn(clock, line.read(holding(9, 0), fast))).toEqual([9000, 9001]);
  });

  test('that does not answer its stop keeps nobody waiting: the living prove at once that they stand', async () => {
    const { clock, line } = await benchWithDeadUnit();
    await clock.advance(500);
    const stop = line.write({ unit: 9, address: 5, values: [1] }, stopping);
    const proof = line.read(holding(1, 0), writing);
    const askedMs = clock.nowMs();

    expect(await settledIn(clock, stop)).toMatchObject({ code: 'TIMEOUT' });
    const silentForMs = clock.nowMs() - askedMs;
    expect(await settledIn(clock, proof)).toEqual([1000, 1001]);

    expect(clock.nowMs() - askedMs - silentForMs).toBeLessThan(5);
    expect(line.stats().units.get(9)).toMatchObject({ answers: 0 });
  });

  test("whose stop names neither value nor address in its answer is waited for: that answer could be another request's", async () => {
    const { clock, line } = await benchWithDeadUnit();
    await clock.advance(500);
    const stop = line.write({ unit: 9, address: 5, values: [1, 2] }, stopping);
    const proof = line.read(holding(1, 0), writing);
    expect(await settledIn(clock, stop)).toMatchObject({ code: 'TIMEOUT' });
    const silentAtMs = clock.nowMs();
    await settledIn(clock, proof);

    expect(clock.nowMs() - silentAtMs).toBeGreaterThan(200);
  });

  test('is not a bad line', async () => {
    const { line } = await benchWithDeadUnit();

    expect(line.stats()).toMatchObject({ badShare: 0, quality: 'good' });
    expect(line.stats().units.get(9)).toMatchObject({ requests: 3, answers: 0, timeouts: 3 });
  });

  test('whose answer to a probe comes late never gives that answer to another read', async () => {
    const { clock, line, far } = await benchWithDeadUnit();
    await clock.advance(6000);
    far.behave = (request, end) => end.send(goodAnswer(request), 80);
    const late = await settledIn(clock, line.read(holding(9, 100), fast));

    const next = await settledIn(clock, line.read(holding(9, 200), writing));

    expect(late).toMatchObject({ code: 'TIMEOUT' });
    expect(next).toMatchObject({ code: 'OFFLINE' });
  });
});

test('a line whose last known question may not be asked just now goes on without it, and does not spin', async () => {
  const { clock, line, far } = await lineBench();
  const slow = { lane: 'fast', turnaroundMs: 100 } as const;
  await settledIn(clock, line.read(holding(9, 0, 100), slow));
  far.behave = staysSilent;
  for (let silence = 0; silence < 4; silence++) {
    await clock.advance(6000);
    await settledIn(clock, line.read(holding(9, 0, 100), slow));
  }
  // its late answer to a long read may still come when the silence after a short, garbled one is over
  far.behave = (request, end) => end.send(corrupted(goodAnswer(request)));
  const stop = { unit: 9, address: 5, values: [1] };
  await settledIn(clock, line.write(stop, { ...stopping, turnaroundMs: 100 }));
  far.behave = answers;
  const nowMs = clock.nowMs.bind(clock);
  let looks = 0;
  vi.spyOn(clock, 'nowMs').mockImplementation(() => {
    if (++looks > 100_000) throw new Error('it asks itself for ever whether it may send');
    return nowMs();
  });

  expect(await settledIn(clock, line.read(holding(1, 0), fast))).toEqual([1000, 1001]);
});

describe('line quality', () => {
  test('falls with frames that went wrong, and recovers when 1000 good ones have followed', async () => {
    const { clock, line, far } = await lineBench({ latenessMs: 5 });
    far.behave = (request, end) => end.send(corrupted(goodAnswer(request)));
    for (let bad = 0; bad < 12; bad++) await settledIn(clock, line.read(holding(1, 0), fast));
    const bad = line.stats();
    far.behave = answers;
    for (let good = 0; good < 1000; good++) await settledIn(clock, line.read(holding(1, 0), fast));

    expect(bad).toMatchObject({ badShare: 12 / 1000, quality: 'stop' });
    expect(line.stats()).toMatchObject({ quality: 'good', badShare: 0 });
  });

  test('counts isolated time-outs of a unit that answers', async () => {
    const { clock, line, far } = await lineBench({ latenessMs: 5 });
    for (let index = 0; index < 3; index++) {
      far.behave = staysSilent;
      await settledIn(clock, line.read(holding(1, 0), fast));
      far.behave = answers;
      await settledIn(clock, line.read(holding(1, 0), fast));
    }

    expect(line.stats()).toMatchObject({ badShare: 3 / 1000, quality: 'good' });
  });
});

test('utilisation is the busy share of the last second', async () => {
  const { clock, line, far } = await lineBench();
  far.behave = (request, end) => end.send(goodAnswer(request), 10);
  for (let index = 0; index < 25; index++) {
    await settledIn(clock, line.read(holding(1, 0), fast));
    await clock.advance(20 - (clock.nowMs() % 20));
  }

  expect(line.stats().utilisation).toBeCloseTo(0.25, 1);
  await clock.advance(2000);
  expect(line.stats().utilisation).toBe(0);
});

describe('a port that is lost', () => {
  test('fails what is in flight and what waits, is opened again with back-off, and serves again', async () => {
    const { clock, line, far, cable } = await lineBench();
    const told: string[] = [];
    line.onState((state) => told.push(state));
    far.behave = staysSilent;
    const move = outcomeOf(line.write({ unit: 1, address: 5, values: [1, 2] }, writing));
    const waiting = outcomeOf(line.write({ unit: 1, address: 6, values: [1, 2] }, writing));
    await clock.advance(1);

    cable.unplug();

    expect(await move).toMatchObject({ code: 'PORT_LOST', executed: 'unknown' });
    expect(await waiting).toMatchObject({ code: 'PORT_LOST', executed: 'no' });
    expect(await outcomeOf(line.read(holding(1, 0), fast))).toMatchObject({ code: 'OFFLINE', executed: 'no' });
    expect(line.state()).toBe('offline');

    cable.plugIn();
    await cable.far({ bytes: () => undefined, lost: () => undefined });
    await clock.advance(1000);

    expect(line.state()).toBe('online');
    expect(told).toEqual(['offline', 'online']);
    expect(line.stats().openedPorts).toBe(2);
  });

  test('is never opened anew for a bad frame', async () => {
    const { clock, line, far } = await lineBench();
    far.behave = (request, end) => end.send(corrupted(goodAnswer(request)));
    for (let index = 0; index < 20; index++) await settledIn(clock, line.read(holding(1, 0), fast));

    expect(line.stats().openedPorts).toBe(1);
  });
});

test('a port that cannot be opened is tried again with growing waits, its reason told', async () => {
  const clock = createVirtualClock();
  const triedAtMs: number[] = [];
  const open = (): Promise<never> => {
    triedAtMs.push(clock.nowMs());
    return Promise.reject(new DriverError('PORT_UNAVAILABLE', 'there is no device /dev/ttyUSB7'));
  };
  const line = createLine({
    name: 'lift',
    open,
    framing: 'rtu',
    clock,
    serial: null,
    reconnect: { firstMs: 100, longestMs: 400 },
  });
  const told: string[] = [];
  line.onState((state, reason) => told.push(`${state}: ${reason}`));

  await clock.advance(1600);

  expect(triedAtMs).toEqual([0, 100, 300, 700, 1100, 1500]);
  expect(told).toEqual(['offline: there is no device /dev/ttyUSB7']);
  expect(await outcomeOf(line.read(holding(1, 0), fast))).toMatchObject({
    code: 'OFFLINE',
    message: 'line lift is offline: there is no device /dev/ttyUSB7',
  });
  await line.close();
  await clock.advance(5000);
  expect(triedAtMs).toHaveLength(6);
});

test('closing the line settles every promise', async () => {
  const { clock, line, far } = await lineBench();
  far.behave = staysSilent;
  const asked = [0, 1, 2].map((address) => outcomeOf(line.read(holding(1, address), fast)));
  await clock.advance(1);

  await line.close();

  for (const outcome of await Promise.all(asked)) expect(outcome).toMatchObject({ code: 'OFFLINE' });
  expect(await outcomeOf(line.read(holding(1, 0), fast))).toMatchObject({ code: 'OFFLINE' });
});
