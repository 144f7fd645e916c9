import { describe, expect, test } from 'vitest';
import { DriverError } from '../../../drivers/base/index.ts';
import { Refusal } from '../../../services/contracts/index.ts';
import { axisBench, spindle, type AxisBench } from './axis-bench.ts';

const codeOf = async (submitted: Promise<unknown>): Promise<string> => {
  try {
    await submitted;
    return 'admitted';
  } catch (error) {
    return error instanceof Refusal ? error.problem.code : String(error);
  }
};

const uuid = (last: number): string => `018f7b2e-0000-4000-8000-${String(last).padStart(12, '0')}`;

async function moving(bench: AxisBench): Promise<Awaited<ReturnType<AxisBench['axis']['submit']>>> {
  const record = await bench.axis.submit('move-absolute', { position: 100 });
  await bench.pass(500);
  expect(bench.axis.state().state).toBe('discreteMotion');
  return record;
}

describe('a drive that does not count its power-ups', () => {
  const uncounted = { before: (drive: AxisBench['drive']) => void (drive.bootCounter = null) };

  test('whose position jumps farther than the axis can move has lost its count: not homed any more, in a new epoch', async () => {
    const bench = await axisBench(uncounted);
    await bench.ready();
    await bench.run('move-absolute', { position: 100 });
    const { epoch } = bench.axis.state();

    bench.drive.loseCount();
    await bench.pass(100);

    expect(bench.axis.state()).toMatchObject({ homed: false });
    expect(bench.axis.state().epoch).not.toBe(epoch);
    expect(bench.events.map(({ type }) => type)).toContain('drive-rebooted');
    expect(await codeOf(bench.axis.submit('move-absolute', { position: 50 }))).toBe('stopLatched');
  });

  test('that says itself that it is not referenced any more is believed, whatever was homed before', async () => {
    const bench = await axisBench(uncounted);
    await bench.ready();
    const { epoch } = bench.axis.state();

    bench.drive.referenced = false;
    await bench.pass(100);

    expect(bench.axis.state()).toMatchObject({ homed: false });
    expect(bench.axis.state().epoch).not.toBe(epoch);
  });

  test('keeps its reference through moves at full speed, homing and set-position', async () => {
    const bench = await axisBench(uncounted);
    await bench.ready();
    await bench.run('move-absolute', { position: 390 });
    await bench.run('set-position', { position: 10 });
    await bench.run('move-absolute', { position: 300 });

    expect(bench.axis.state()).toMatchObject({ homed: true });
    expect(bench.events.map(({ type }) => type)).not.toContain('drive-rebooted');
  });
});

describe('attach', () => {
  test('a drive found at rest and unpowered is disabled, free and in a new epoch', async () => {
    const bench = await axisBench();

    expect(bench.axis.state()).toMatchObject({ state: 'disabled', stopLatched: false, link: 'online', stale: false });
    expect(bench.drive.stops).toBe(0);
  });

  test('a drive found powered is stopped and latched', async () => {
    const bench = await axisBench({ before: (drive) => void (drive.power = 'enabled') });

    expect(bench.drive.stops).toBe(1);
    expect(bench.axis.state()).toMatchObject({ state: 'stopping', stopLatched: true });
  });

  test('before the first reading the state is unknown, and nothing is commanded', async () => {
    const bench = await axisBench({ before: (drive) => void (drive.answers = false) });

    expect(bench.axis.state()).toMatchObject({ state: 'unknown', position: null, moving: null, homed: null });
    expect(await codeOf(bench.axis.submit('enable', {}))).toBe('unknownState');
  });
});

describe('a move', () => {
  test('runs from acceptance to done at its target', async () => {
    const bench = await axisBench();
    await bench.ready();

    const record = await bench.run('move-absolute', { position: 100, velocity: 25 });

    expect(record.resource()).toMatchObject({ status: 'done', error: null, progress: 1 });
    expect(record.resource().result).toMatchObject({ finalPosition: 100, positionError: 0 });
    expect(bench.axis.state()).toMatchObject({ state: 'standstill', position: 100, target: 100, inPosition: true });
    expect(bench.drive.accepted.at(-1)).toMatchObject({ kind: 'moveTo', target: 1_000_000, velocity: 250_000 });
    expect(bench.reports.filter(({ id }) => id === record.id)).toHaveLength(1);
  });

  test('of no length ends done too', async () => {
    const bench = await axisBench();
    await bench.ready();

    expect((await bench.run('move-absolute', { position: 0 })).resource().status).toBe('done');
  });

  test('is refused before anything is written: not enabled, not homed, beyond the range, too fast', async () => {
    const bench = await axisBench();
    expect(await codeOf(bench.axis.submit('move-absolute', { position: 1 }))).toBe('notEnabled');
    await bench.run('enable', {});
    expect(await codeOf(bench.axis.submit('move-absolute', { position: 1 }))).toBe('notHomed');
    await bench.run('home', {});
    const before = bench.drive.accepted.length;

    expect(await codeOf(bench.axis.submit('move-absolute', { position: 400.1 }))).toBe('softLimit');
    expect(await codeOf(bench.axis.submit('move-absolute', { position: 1, velocity: 51 }))).toBe('velocity');
    expect(await codeOf(bench.axis.submit('move-absolute', { position: 1, acceleration: 201 }))).toBe('acceleration');
    expect(bench.drive.accepted).toHaveLength(before);
    expect(bench.reports.filter(({ status }) => status === 'refused')).toHaveLength(5);
  });

  test('there and back by distance ends exactly where it began', async () => {
    const bench = await axisBench();
    await bench.ready();
    await bench.run('move-absolute', { position: 50 });
    bench.drive.position += 3;

    await bench.run('move-relative', { distance: 1 / 3 });
    await bench.run('move-relative', { distance: -1 / 3 });

    expect(bench.drive.accepted.at(-1)).toMatchObject({ target: 500_000 });
  });

  test('superseded by another is aborted, and names what took its place', async () => {
    const bench = await axisBench();
    await bench.ready();
    const first = await moving(bench);

    const second = await bench.run('move-absolute', { position: 10 });

    expect(first.resource()).toMatchObject({ status: 'aborted', error: { code: 'superseded', by: second.id } });
    expect(second.resource()).toMatchObject({ status: 'done', result: { finalPosition: 10 } });
  });

  test('behind another waits its turn; nine waiting are too many', async () => {
    const bench = await axisBench();
    await bench.ready();
    const first = await moving(bench);
    const waiting = await bench.axis.submit('move-relative', { distance: 5, bufferMode: 'buffered' });
    expect(waiting.resource().status).toBe('queued');
    for (let more = 0; more < 7; more++)
      await bench.axis.submit('move-absolute', { position: 1, bufferMode: 'buffered' });
    expect(await codeOf(bench.axis.submit('move-absolute', { position: 1, bufferMode: 'buffered' }))).toBe('queueFull');

    await bench.pass(2500);

    expect(first.resource().status).toBe('done');
    expect(waiting.resource()).toMatchObject({ status: 'done', result: { finalPosition: 105 } });
  });

  test('behind another is given the time for the whole way from where the other ends', async () => {
    const bench = await axisBench();
    await bench.ready();
    await bench.axis.submit('move-absolute', { position: 200 });
    await bench.pass(300);

    const waiting = await bench.axis.submit('move-absolute', { position: 10, velocity: 20, bufferMode: 'buffered' });
    await bench.pass(20_000);

    expect(waiting.resource()).toMatchObject({ status: 'done', result: { finalPosition: 10 } });
    expect(waiting.resource().result?.plannedDurationMs).toBeCloseTo(190_000 / 20 + 100, 0);
  });

  test('that cannot brake before the end of the range is refused, and what runs goes on', async () => {
    const bench = await axisBench();
    await bench.ready();
    const running = await bench.axis.submit('move-absolute', { position: 400 });
    await bench.pass(7000);

    expect(await codeOf(bench.axis.submit('move-absolute', { position: 300, deceleration: 10 }))).toBe('softLimit');
    await bench.pass(3000);

    expect(running.resource()).toMatchObject({ status: 'done', result: { finalPosition: 400 } });
  });

  test('that has waited longer than its time to live is not carried out', async () => {
    const bench = await axisBench();
    await bench.ready();
    await moving(bench);
    const waiting = await bench.axis.submit('move-absolute', { position: 5, bufferMode: 'buffered', ttlMs: 100 });

    await bench.pass(5000);

    expect(waiting.resource()).toMatchObject({ status: 'failed', error: { code: 'ttlExpired' } });
    expect(bench.axis.state()).toMatchObject({ state: 'standstill', position: 100 });
  });

  test('by distance ages while it waits for a fresh reading to count from', async () => {
    const bench = await axisBench();
    await bench.ready();
    bench.drive.position += 50_000;
    bench.drive.answers = false;
    const before = bench.drive.accepted.length;
    const waiting = codeOf(bench.axis.submit('move-relative', { distance: 5, ttlMs: 200 }));

    await bench.pass(300);
    bench.drive.answers = true;
    await bench.pass(5000);

    expect(await waiting).toBe('ttlExpired');
    expect(bench.drive.accepted).toHaveLength(before);
  });

  test('by distance that waits for a fresh reading never takes the place of a younger one', async () => {
    const bench = await axisBench();
    await bench.ready();
    await bench.run('stop', {});
    await bench.run('release', {});
    const waiting = codeOf(bench.axis.submit('move-relative', { distance: 5 }));

    const younger = await bench.axis.submit('move-absolute', { position: 20 });
    await bench.pass(5000);

    expect(await waiting).toBe('superseded');
    expect(younger.resource()).toMatchObject({ status: 'done', result: { finalPosition: 20 } });
  });

  test('meant for an earlier epoch, or issued too long ago, is refused', async () => {
    const bench = await axisBench();
    await bench.ready();
    const issuedAt = new Date(bench.clock.unixMs() - 2500).toISOString();

    expect(await codeOf(bench.axis.submit('move-absolute', { position: 1, epoch: 'of-yesterday' }))).toBe(
      'epochMismatch',
    );
    expect(await codeOf(bench.axis.submit('move-absolute', { position: 1, issuedAt }))).toBe('ttlExpired');
  });

  test('that comes twice moves once; its id with another body is refused', async () => {
    const bench = await axisBench();
    await bench.ready();
    const id = uuid(1);
    const first = await bench.run('move-relative', { id, distance: 10 });

    const again = await bench.run('move-relative', { id, distance: 10 });

    expect(again).toBe(first);
    expect(bench.axis.state().position).toBe(10);
    expect(await codeOf(bench.axis.submit('move-relative', { id, distance: 11 }))).toBe('duplicateId');
  });

  test('whose drive rests away from the target fails and is contained', async () => {
    const bench = await axisBench();
    await bench.ready();
    const record = await moving(bench);
    bench.drive.velocity = 0;
    bench.drive.target = null;

    await bench.pass(1000);

    expect(record.resource()).toMatchObject({ status: 'failed', error: { code: 'unexpectedStop' } });
    expect(bench.axis.state().state).toBe('standstill');
  });

  test('at a velocity has its end in the drive before it begins', async () => {
    const bench = await axisBench();
    await bench.ready();

    const record = await bench.axis.submit('move-velocity', { velocity: 10, maxDistance: 30 });
    await bench.pass(100);
    expect(bench.axis.state().state).toBe('continuousMotion');
    await bench.pass(5000);

    expect(record.resource()).toMatchObject({ status: 'done', result: { finalPosition: 30 } });
    expect(await codeOf(bench.axis.submit('move-velocity', { velocity: 10, maxDurationMs: 60_000 }))).toBe('softLimit');
  });
});

describe('stop', () => {
  test('asked for anew while an unanswered one is under way is sent at once, not when that one is repeated', async () => {
    const bench = await axisBench();
    bench.drive.answers = false;
    void bench.axis.stop('test');
    await bench.pass(10);
    expect(bench.drive.stops).toBe(1);

    void bench.axis.stop('test, again');

    expect(bench.drive.stops).toBe(2);
  });

  test('asked for anew of a drive that is known to be silent waits, for each try costs the other drives their line', async () => {
    const bench = await axisBench();
    bench.drive.offline();
    await bench.pass(10);
    void bench.axis.stop('test');

    void bench.axis.stop('test, again');

    expect(bench.drive.stops).toBe(1);
  });

  test('in motion ends everything, is confirmed at rest and latched until released', async () => {
    const bench = await axisBench();
    await bench.ready();
    const record = await moving(bench);
    const waiting = await bench.axis.submit('move-absolute', { position: 5, bufferMode: 'buffered' });

    const stop = await bench.run('stop', {});

    expect(stop.resource()).toMatchObject({ status: 'done', result: { stop: 'confirmed' } });
    expect(record.resource()).toMatchObject({ status: 'aborted', error: { code: 'stopped', by: 'stop' } });
    expect(waiting.resource().status).toBe('aborted');
    expect(bench.axis.state()).toMatchObject({ state: 'stopping', stopLatched: true });
    expect(await codeOf(bench.axis.submit('move-absolute', { position: 1 }))).toBe('stopLatched');

    const at = bench.axis.state().position;
    await bench.run('release', {});
    await bench.pass(1000);
    expect(bench.axis.state()).toMatchObject({ state: 'standstill', stopLatched: false, position: at });
  });

  test('between admission and the first frame drops the move', async () => {
    const bench = await axisBench();
    await bench.ready();
    const before = bench.drive.accepted.length;

    const record = await bench.axis.submit('move-absolute', { position: 100 });
    const stopped = bench.axis.stop('test');
    await bench.pass(500);

    expect(await stopped).toEqual({ confirmed: true });
    expect(record.resource().status).toBe('aborted');
    expect(bench.drive.accepted).toHaveLength(before);
    expect(bench.axis.state()).toMatchObject({ moving: false, position: 0 });
  });

  test('that nobody answers is unconfirmed, and says so', async () => {
    const bench = await axisBench();
    await bench.ready();
    bench.drive.answers = false;

    const stop = await bench.run('stop', {});

    expect(stop.resource()).toMatchObject({ status: 'failed', result: { stop: 'unconfirmed' } });
    expect(bench.axis.state().stopLatched).toBe(true);
  });

  test('is taken whatever the epoch, the age, the state or the id', async () => {
    const bench = await axisBench();
    const id = uuid(2);
    await bench.run('enable', { id });

    const stop = await bench.run('stop', { id, epoch: 'of-yesterday', issuedAt: '2020-01-01T00:00:00.000Z', ttlMs: 1 });

    expect(stop.resource().status).toBe('done');
    expect(stop.id).not.toBe(id);
  });
});

describe('trouble', () => {
  test('a fault in motion fails the move; reset and enable are two acts, and neither moves', async () => {
    const bench = await axisBench();
    await bench.ready();
    const record = await moving(bench);
    bench.drive.failWith(0x4310, 'drive too hot');
    await bench.pass(100);

    expect(record.resource()).toMatchObject({ status: 'failed', error: { code: 'fault' } });
    expect(bench.axis.state()).toMatchObject({ state: 'errorStop', fault: { code: '0x4310' } });
    expect(await codeOf(bench.axis.submit('move-absolute', { position: 1 }))).toBe('errorStop');
    const at = bench.axis.state().position;
    await bench.run('reset', {});
    expect(bench.axis.state()).toMatchObject({ state: 'disabled', fault: null });
    await bench.run('enable', {});
    expect(bench.axis.state()).toMatchObject({ state: 'standstill', position: at });
  });

  test('a reboot in motion fails the move, voids the reference and needs a reset', async () => {
    const bench = await axisBench();
    await bench.ready();
    const epoch = bench.axis.epoch();
    const record = await moving(bench);
    bench.drive.reboot();
    await bench.pass(100);

    expect(record.resource()).toMatchObject({ status: 'failed', error: { code: 'rebooted' } });
    expect(bench.axis.state()).toMatchObject({ state: 'errorStop', homed: false });
    expect(bench.axis.epoch()).not.toBe(epoch);
    await bench.run('reset', {});
    expect(bench.axis.state().state).toBe('disabled');
  });

  test('a link lost in motion makes the move unknown; when it is back the axis is stopped and latched', async () => {
    const bench = await axisBench();
    await bench.ready();
    const epoch = bench.axis.epoch();
    const record = await moving(bench);

    bench.drive.offline();
    await bench.pass(100);
    expect(record.resource().status).toBe('unknown');
    expect(bench.axis.state()).toMatchObject({ state: 'unknown', link: 'offline', position: null });
    expect(await codeOf(bench.axis.submit('move-absolute', { position: 1 }))).toBe('offline');

    bench.drive.online();
    await bench.pass(200);
    expect(record.resource()).toMatchObject({ status: 'failed', error: { code: 'offline' } });
    expect(bench.axis.state()).toMatchObject({ state: 'stopping', stopLatched: true, moving: false });
    expect(bench.axis.epoch()).not.toBe(epoch);
  });

  test('a link that never comes back ends an unknown move within half a minute', async () => {
    const bench = await axisBench();
    await bench.ready();
    const record = await moving(bench);

    bench.drive.offline();
    await bench.pass(31_000);

    expect(record.resource()).toMatchObject({ status: 'failed', error: { code: 'offline' } });
  });

  test('readings that stop coming make the state unknown, never standstill', async () => {
    const bench = await axisBench();
    await bench.ready();
    bench.drive.answers = false;
    await bench.pass(400);

    expect(bench.axis.state()).toMatchObject({ state: 'unknown', stale: true, inPosition: null, enabled: null });
  });

  test('a hiccup in the readings leaves the move running to its end', async () => {
    const bench = await axisBench();
    await bench.ready();
    const record = await moving(bench);
    bench.drive.answers = false;
    await bench.pass(400);
    expect(record.resource().status).toBe('unknown');

    bench.drive.answers = true;
    await bench.pass(5000);

    expect(record.resource().status).toBe('done');
  });

  test('an answer that was lost and proved by reading back is done, and says so', async () => {
    const bench = await axisBench();
    await bench.ready();
    bench.drive.resolved = true;

    const record = await bench.run('move-absolute', { position: 3 });

    expect(record.resource()).toMatchObject({ status: 'done', result: { resolved: true } });
  });

  test('a trigger whose effect stays unknown fails as unverified, and the axis is stopped', async () => {
    const bench = await axisBench();
    await bench.ready();
    bench.drive.loseAnswerTo = 'moveTo';

    const record = await bench.run('move-absolute', { position: 100 });
    await bench.pass(200);

    expect(record.resource()).toMatchObject({ status: 'failed', error: { code: 'writeUnverified' } });
    expect(bench.axis.state()).toMatchObject({ stopLatched: true, moving: false });
  });

  test('an axis that moves without a command is stopped and held in error until reset', async () => {
    const bench = await axisBench();
    await bench.ready();
    bench.drive.push(20_000);
    await bench.pass(300);

    expect(bench.axis.state()).toMatchObject({
      state: 'errorStop',
      fault: { code: 'unexpectedMotion' },
      moving: false,
    });
    await bench.run('reset', {});
    expect(bench.axis.state().state).toBe('stopping');
  });

  test('a bad line refuses motion, a very bad one stops it', async () => {
    const bench = await axisBench();
    await bench.ready();
    const record = await moving(bench);
    bench.quality = 'stop';
    await bench.pass(200);
    expect(record.resource()).toMatchObject({ status: 'aborted', error: { code: 'stopped' } });

    await bench.run('release', {});
    bench.quality = 'refuse-motion';
    expect(await codeOf(bench.axis.submit('move-absolute', { position: 1 }))).toBe('lineQuality');
  });

  test('a line so bad that no reading comes through stops what moves, all the same', async () => {
    const bench = await axisBench();
    await bench.ready();
    await moving(bench);
    bench.drive.answers = false;
    bench.quality = 'stop';
    await bench.pass(400);

    expect(bench.drive.stops).toBe(1);
    expect(bench.axis.state()).toMatchObject({ state: 'unknown', stopLatched: true });
  });

  test('a placeholder profile on a real line is never commanded, unless the site accepts it', async () => {
    const real = await axisBench({ simulated: false });
    expect(await codeOf(real.axis.submit('enable', {}))).toBe('refusedDrive');

    const accepted = await axisBench({ simulated: false, config: spindle({ acceptPlaceholder: true }) });
    expect(await codeOf(accepted.axis.submit('enable', {}))).toBe('admitted');
  });

  test('an enable that does not end in its time has failed', async () => {
    const bench = await axisBench();
    bench.drive.latencyMs = 5000;

    const record = await bench.axis.submit('enable', { timeoutMs: 300 });
    await bench.pass(6000);

    expect(record.resource()).toMatchObject({ status: 'failed', error: { code: 'driveTimeout' } });
    expect(bench.axis.state().state).toBe('disabled');
  });

  test('parameters that could not be verified fail the move without a stop: nothing was triggered', async () => {
    const bench = await axisBench();
    await bench.ready();
    bench.drive.failNext = { kind: 'moveTo', error: new DriverError('NOT_VERIFIED', 'read back 5 for 6') };

    const record = await bench.run('move-absolute', { position: 3 });

    expect(record.resource().status).toBe('failed');
    expect(bench.axis.state()).toMatchObject({ state: 'standstill', stopLatched: false });
  });
});

describe('halt, cancel, disable', () => {
  test('halt ends the motion at rest, unlatched', async () => {
    const bench = await axisBench();
    await bench.ready();
    const record = await moving(bench);

    const halt = await bench.run('halt', {});

    expect(halt.resource().status).toBe('done');
    expect(record.resource()).toMatchObject({ status: 'aborted', error: { by: halt.id } });
    expect(bench.axis.state()).toMatchObject({ state: 'standstill', stopLatched: false, target: null });
  });

  test('cancelling the running move halts it; cancelling a waiting one leaves the running one alone', async () => {
    const bench = await axisBench();
    await bench.ready();
    const running = await moving(bench);
    const waiting = await bench.axis.submit('move-absolute', { position: 5, bufferMode: 'buffered' });

    await bench.axis.cancel(waiting.id);
    expect([waiting.resource().status, running.resource().status]).toEqual(['aborted', 'active']);
    await bench.axis.cancel(running.id);
    await bench.pass(300);

    expect(running.resource()).toMatchObject({ status: 'aborted', error: { by: 'cancel' } });
    expect(bench.axis.state()).toMatchObject({ state: 'standstill', moving: false });
  });

  test('disable is taken in motion and aborts it', async () => {
    const bench = await axisBench();
    await bench.ready();
    const record = await moving(bench);

    await bench.run('disable', {});

    expect(record.resource().status).toBe('aborted');
    expect(bench.axis.state().state).toBe('disabled');
  });
});

describe('arming', () => {
  test('a trigger starts exactly what was armed', async () => {
    const bench = await axisBench();
    await bench.ready();
    await bench.run('arm', { position: 20, group: 7, armTtlMs: 1000 });
    expect(bench.axis.state()).toMatchObject({ state: 'standstill', armed: { group: 7 } });
    expect(await codeOf(bench.axis.submit('move-absolute', { position: 1 }))).toBe('busy');

    const record = await bench.run('trigger', {});

    expect(record.resource()).toMatchObject({ status: 'done', result: { finalPosition: 20 } });
    expect(bench.axis.state().armed).toBeNull();
  });

  test('without a trigger the drive is disarmed in time, and a later trigger finds nothing', async () => {
    const bench = await axisBench();
    await bench.ready();
    await bench.run('arm', { position: 20, group: 7, armTtlMs: 300 });
    await bench.pass(500);

    expect(bench.drive.armed).toBeNull();
    expect(await codeOf(bench.axis.submit('trigger', {}))).toBe('notArmed');
  });

  test('a stop disarms, so that a later group trigger starts nothing', async () => {
    const bench = await axisBench();
    await bench.ready();
    await bench.run('arm', { position: 20, group: 7, armTtlMs: 5000 });

    await bench.run('stop', {});

    expect(bench.drive.armed).toBeNull();
    expect(bench.axis.state().armed).toBeNull();
  });

  test('a second stop does not drop the disarming of the first', async () => {
    const bench = await axisBench();
    await bench.ready();
    await bench.run('arm', { position: 20, group: 7, armTtlMs: 5000 });
    void bench.axis.stop('test');
    await bench.pass(bench.drive.latencyMs + 1);

    void bench.axis.stop('test, again');

    expect(bench.drive.stops).toBe(1);
    await bench.pass(100);
    expect(bench.drive.armed).toBeNull();
  });

  test('a start time in the past or after the arming ends is refused', async () => {
    const bench = await axisBench();
    await bench.ready();
    await bench.run('arm', { position: 20, group: 7, armTtlMs: 1000 });
    const at = (offsetMs: number): string => new Date(bench.clock.unixMs() + offsetMs).toISOString();

    expect(await codeOf(bench.axis.submit('trigger', { startAt: at(-1) }))).toBe('startTooLate');
    expect(await codeOf(bench.axis.submit('trigger', { startAt: at(2000) }))).toBe('armExpired');
    const record = await bench.axis.submit('trigger', { startAt: at(300) });
    await bench.pass(250);
    expect(bench.axis.state().position).toBe(0);
    await bench.pass(2000);
    expect(record.resource().status).toBe('done');
  });
});
