import { describe, expect, test } from 'vitest';
import { DriveDescription, DriveStateMessage } from '../../../services/contracts/index.ts';
import type { MotionEntry } from '../../../simulator/index.ts';
import { lineBench, type LineBench } from './line-bench.ts';

const retainedOf = async (bench: LineBench, topic: string): Promise<string | undefined> => {
  const seen: string[] = [];
  const forget = bench.broker.bus(`reader ${topic}`).subscribe(topic, ({ payload }) => void seen.push(payload));
  await bench.pass(0);
  forget();
  return seen.at(-1);
};
const resultsOf = (bench: LineBench): { command: string; status: string; error: { code: string } | null }[] =>
  bench.heard.filter(({ topic }) => topic.endsWith('/results')).map(({ payload }) => JSON.parse(payload) as never);

/** Motions that the drives began because of a frame to unit 0, from the simulator's ledger. */
function begunByBroadcast({ simulator }: LineBench): MotionEntry[] {
  simulator.settle();
  const entries = simulator.ledger.entries();
  const broadcasts = new Set(
    entries.filter((entry) => entry.kind === 'frame' && entry.unit === 0).map(({ seq }) => seq),
  );
  return entries.filter(
    (entry): entry is MotionEntry =>
      entry.kind !== 'frame' &&
      entry.kind !== 'stop' &&
      entry.cause.by === 'frame' &&
      broadcasts.has(entry.cause.frame),
  );
}

describe('on the message bus', () => {
  test('a drive is announced with description, state and availability, all retained and of the published shape', async () => {
    const bench = await lineBench();

    expect(await retainedOf(bench, 'kmotion/lines/bench/availability')).toBe('online');
    expect(await retainedOf(bench, 'kmotion/drives/turntable/availability')).toBe('online');
    const description = DriveDescription.parse(JSON.parse((await retainedOf(bench, 'kmotion/drives/turntable/info'))!));
    const state = DriveStateMessage.parse(JSON.parse((await retainedOf(bench, 'kmotion/drives/turntable/state'))!));
    expect(description).toMatchObject({ drive: 'turntable', groupTrigger: true, refused: null, simulated: true });
    expect(description.axis.homingRequired).toBe(false);
    expect(bench.host.faces.get('lift-left')?.description()?.axis.homingRequired).toBe(true);
    expect(state).toMatchObject({ state: 'disabled', stale: false, link: 'online', epoch: description.epoch });
    await bench.close();
  });

  test('an empty message enables, a bare number moves, and both results come with the final position', async () => {
    const bench = await lineBench();
    bench.outside.publish('kmotion/drives/turntable/commands/enable', '');
    await bench.reach(() => resultsOf(bench).length === 1);
    bench.outside.publish('kmotion/drives/turntable/commands/move-absolute', '12.5');
    await bench.reach(() => resultsOf(bench).length === 2);

    expect(resultsOf(bench)[1]).toMatchObject({ command: 'move-absolute', status: 'done' });
    expect(bench.state('turntable').position).toBeCloseTo(12.5, 3);
    await bench.close();
  });

  test('the answer also goes to the response topic, with its correlation', async () => {
    const bench = await lineBench();
    const answers: unknown[] = [];
    bench.broker.bus('asker').subscribe('asker/answers', (message) => void answers.push(JSON.parse(message.payload)));

    bench.outside.publish('kmotion/drives/turntable/commands/move-absolute', '{"position": 1}', {
      replyTo: 'asker/answers',
    });
    await bench.reach(() => answers.length === 1);

    expect(answers[0]).toMatchObject({ status: 'refused', error: { code: 'notEnabled' } });
    await bench.close();
  });

  test('a retained command is refused with an event and moves nothing; a retained stop stops', async () => {
    const bench = await lineBench();
    await bench.ready('turntable');

    bench.outside.publish('kmotion/drives/turntable/commands/move-absolute', '90', { retain: true });
    await bench.reach(() => resultsOf(bench).some(({ status }) => status === 'refused'));
    expect(resultsOf(bench).at(-1)).toMatchObject({ error: { code: 'retainedCommand' } });
    expect(bench.heard.some(({ topic }) => topic.endsWith('/event/retained-command-refused'))).toBe(true);
    expect(bench.state('turntable').state).toBe('standstill');

    bench.outside.publish('kmotion/drives/turntable/commands/stop', '', { retain: true });
    bench.outside.publish('kmotion/drives/turntable/commands/stop', '{}', { retain: true });
    await bench.reach(() => bench.state('turntable').stopLatched);
    await bench.close();
  });

  test('nonsense is refused with a reason: no JSON, unknown fields, unknown commands', async () => {
    const bench = await lineBench();
    bench.outside.publish('kmotion/drives/turntable/commands/enable', '{');
    bench.outside.publish('kmotion/drives/turntable/commands/enable', '{"speed": 1}');
    bench.outside.publish('kmotion/drives/turntable/commands/fly', '{}');
    bench.outside.publish('kmotion/drives/turntable/commands/move-absolute', '"12"');
    await bench.reach(() => resultsOf(bench).length === 4);

    expect(resultsOf(bench).map(({ error }) => error?.code)).toEqual([
      'malformed',
      'unknownField',
      'unsupported',
      'malformed',
    ]);
    await bench.close();
  });

  test('a broker that goes and comes back finds everything published anew; motion did not notice', async () => {
    const bench = await lineBench();
    await bench.ready('turntable');
    const record = await bench.axis('turntable').submit('move-absolute', { position: 90 });
    bench.broker.setOnline(false);
    await bench.until(record.ended);
    expect(record.resource().status).toBe('done');

    bench.broker.setOnline(true);
    await bench.pass(200);

    const state = JSON.parse((await retainedOf(bench, 'kmotion/drives/turntable/state'))!) as { position: number };
    expect(state.position).toBeCloseTo(90, 3);
    await bench.close();
  });

  test('while moving the state comes at most ten times a second, at rest every half minute', async () => {
    const bench = await lineBench();
    await bench.ready('turntable');
    const at: number[] = [];
    bench.broker.bus('watch').subscribe('kmotion/drives/turntable/state', () => void at.push(bench.clock.nowMs()));
    await bench.run('turntable', 'move-absolute', { position: 170 });
    await bench.pass(500);
    const gapsMs = at.slice(1).map((ms, index) => ms - at[index]!);
    expect(at.length).toBeGreaterThan(15);
    // begin and end of the motion are facts, told at once
    expect(gapsMs.filter((gapMs) => gapMs < 99).length).toBeLessThanOrEqual(6);

    at.length = 0;
    await bench.pass(61_000);
    expect(at.length).toBe(2);
    await bench.close();
  });
});

describe('a common start', () => {
  const drives = ['lift-left', 'lift-right'];

  async function armed(bench: LineBench, ...who: string[]): Promise<void> {
    await bench.ready(...drives);
    for (const drive of who) {
      const resource = await bench.run(drive, 'arm', { position: 60, group: 9, armTtlMs: 5000 });
      expect(resource.status).toBe('done');
    }
  }

  test('of two armed drives is one frame, and both arrive', async () => {
    const bench = await lineBench();
    await armed(bench, ...drives);

    const answer = await bench.until(bench.host.trigger({ group: 9, drives }));

    expect(answer).toMatchObject({ started: drives, notStarted: [] });
    const ends = await bench.until(
      Promise.all(drives.map(async (drive) => bench.axis(drive).command(answer.commands[drive]!)!.ended)),
    );
    expect(ends.map(({ status }) => status)).toEqual(['done', 'done']);
    expect(bench.state('lift-left').position).toBeCloseTo(60, 3);
    const [left, right] = begunByBroadcast(bench);
    expect(Math.abs(left!.atMs - right!.atMs)).toBeLessThan(1);
    await bench.close();
  });

  test('with one that is not armed is refused whole, and nothing moves', async () => {
    const bench = await lineBench();
    await armed(bench, 'lift-left');

    await expect(bench.until(bench.host.trigger({ group: 9, drives }))).rejects.toMatchObject({
      problem: { code: 'memberRefused', errors: [{ drive: 'lift-right', code: 'notArmed' }] },
    });
    await bench.pass(1000);

    expect(bench.state('lift-left')).toMatchObject({ moving: false, state: 'standstill' });
    await bench.close();
  });

  test('of which one drive did not hear stops both', async () => {
    const bench = await lineBench();
    await armed(bench, ...drives);
    const right = bench.virtual('lift-right');
    bench.wire.addMishap({ kind: 'drop', unit: right.unit, way: 'request', count: 1, functionCode: 6 });

    const answer = await bench.until(bench.host.trigger({ group: 9, drives }));

    expect(answer).toMatchObject({ started: ['lift-left'], notStarted: ['lift-right'] });
    expect(drives.map((drive) => bench.state(drive).state)).toEqual(['stopping', 'stopping']);
    expect(drives.map((drive) => bench.state(drive).moving)).toEqual([false, false]);
    await bench.close();
  });

  test('at an instant after its arming ends is refused whole: a start is never late', async () => {
    const bench = await lineBench();
    await armed(bench, ...drives);
    const startAt = new Date(bench.clock.unixMs() + 60_000).toISOString();

    await expect(bench.host.trigger({ group: 9, drives, startAt })).rejects.toMatchObject({
      problem: { code: 'memberRefused', errors: [{ code: 'armExpired' }, { code: 'armExpired' }] },
    });
    await bench.pass(70_000);

    expect(begunByBroadcast(bench)).toEqual([]);
    await bench.close();
  });

  test('at an instant begins then, and one whose instant has passed is refused', async () => {
    const bench = await lineBench();
    await armed(bench, ...drives);
    const at = (inMs: number): string => new Date(bench.clock.unixMs() + inMs).toISOString();
    await expect(bench.host.trigger({ group: 9, drives, startAt: at(-5) })).rejects.toMatchObject({
      problem: { code: 'startTooLate' },
    });

    const begunMs = bench.clock.nowMs();
    const answer = await bench.until(bench.host.trigger({ group: 9, drives, startAt: at(400) }));

    expect(answer.notStarted).toEqual([]);
    const [start] = begunByBroadcast(bench);
    expect(start!.atMs - begunMs).toBeGreaterThanOrEqual(400);
    expect(start!.atMs - begunMs).toBeLessThan(420);
    await bench.close();
  });
});

describe('stop for all', () => {
  test('confirms each drive by a reading at rest, and latches it', async () => {
    const bench = await lineBench();
    await bench.ready('lift-left', 'lift-right', 'turntable');
    await bench.axis('turntable').submit('move-absolute', { position: 170 });
    await bench.pass(500);

    const report = await bench.until(bench.host.stopAll('test'));

    expect(report).toMatchObject({ allConfirmed: true, unconfirmed: [], unreachable: [] });
    expect(report.confirmed.toSorted()).toEqual(['lift-left', 'lift-right', 'turntable']);
    expect(bench.state('turntable')).toMatchObject({ state: 'stopping', moving: false });
    await bench.close();
  });

  test('takes the way from all of them by one frame, before each is stopped and asked by itself', async () => {
    const bench = await lineBench();
    const drives = ['lift-left', 'lift-right', 'turntable'];
    await bench.ready(...drives);
    for (const drive of drives) await bench.axis(drive).submit('move-absolute', { position: 100 });
    await bench.pass(500);
    bench.simulator.settle();
    const since = bench.simulator.ledger.latest();

    await bench.until(bench.host.stopAll('test'));

    bench.simulator.settle();
    const entries = bench.simulator.ledger.entries(since);
    const writes = entries.filter((entry) => entry.kind === 'frame' && entry.values !== null);
    const slowed = drives.map((name) => entries.find(({ drive, kind }) => drive === name && kind === 'change'));
    const units = writes.map((entry) => (entry.kind === 'frame' ? entry.unit : null));
    // each of the three drives took the broadcast, then, the fastest first, its own frame
    expect(units).toEqual([0, 0, 0, 3, 1, 2]);
    expect(new Set(slowed.map((entry) => entry?.atMs)).size).toBe(1);
    await bench.close();
  });

  test('comes by the message bus too', async () => {
    const bench = await lineBench();
    bench.outside.publish('kmotion/stop', '{}');
    await bench.reach(() => bench.state('turntable').stopLatched);

    expect([...bench.host.axes.keys()].map((drive) => bench.state(drive).state)).toEqual(Array(3).fill('stopping'));
    await bench.close();
  });

  test('is proved by those that answer without waiting for the one that does not', async () => {
    const bench = await lineBench();
    await bench.ready('lift-left', 'lift-right');
    bench.wire.addMishap({ kind: 'drop', rate: 1, unit: 3 });
    await bench.pass(5000);
    for (const drive of ['lift-left', 'lift-right']) await bench.axis(drive).submit('move-absolute', { position: 300 });
    await bench.pass(1000);
    const beganAtMs = bench.clock.nowMs();
    const provedAfterMs: number[] = [];
    bench.broker.bus('witness').subscribe('kmotion/drives/+/event/stop-confirmed', () => {
      provedAfterMs.push(bench.clock.nowMs() - beganAtMs);
    });

    const report = await bench.until(bench.host.stopAll('test'));

    expect(report.confirmed.toSorted()).toEqual(['lift-left', 'lift-right']);
    // 200 ms of ramp, one time-out of the dead drive and the silence that the line keeps after it, twice
    expect(Math.max(...provedAfterMs)).toBeLessThan(1000);
    await bench.close();
  });

  test('is answered in the time that was asked for: who is not proved by then is told so, the others are confirmed', async () => {
    const bench = await lineBench();
    bench.wire.addMishap({ kind: 'drop', rate: 1, unit: 3 });

    const report = await bench.until(bench.host.stopAll('test', 1000));

    expect(report.confirmed.toSorted()).toEqual(['lift-left', 'lift-right']);
    expect(report).toMatchObject({ unconfirmed: ['turntable'], unreachable: [], durationMs: 1000 });
    await bench.close();
  });

  test('of an unplugged line is unreachable, and says so', async () => {
    const bench = await lineBench();
    bench.wire.addMishap({ kind: 'unplug' });
    await bench.pass(500);

    const report = await bench.until(bench.host.stopAll('test'));

    expect(report).toMatchObject({ allConfirmed: false, confirmed: [] });
    expect(report.unreachable).toHaveLength(3);
    await bench.close();
  });
});
