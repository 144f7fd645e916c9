import { describe, expect, test } from 'vitest';
import { DriverError } from '../../../drivers/base/index.ts';
import { shippedProfile } from '../../../drivers/profile/index.ts';
import { axisBench, codeOf, moving, spindle, uuid } from './axis-bench.ts';

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

  test('that was refused is refused when it comes again, although it could be done by then', async () => {
    const bench = await axisBench();
    await bench.ready();
    const body = { id: uuid(1), distance: 390 };
    await bench.run('move-absolute', { position: 20 });
    expect(await codeOf(bench.axis.submit('move-relative', body))).toBe('softLimit');
    await bench.run('move-absolute', { position: 0 });

    expect(await codeOf(bench.axis.submit('move-relative', body))).toBe('softLimit');
    await bench.run('move-relative', { ...body, id: uuid(2) });

    expect(bench.axis.state().position).toBe(390);
  });

  test('that comes again while it still waits for a fresh reading has one outcome', async () => {
    const bench = await axisBench();
    await bench.ready();
    await bench.run('stop', {});
    await bench.run('release', {});
    const body = { id: uuid(1), distance: 5 };
    const sent = codeOf(bench.axis.submit('move-relative', body));
    const younger = await bench.axis.submit('move-absolute', { position: 20 });

    // now it could count from the target of the younger one
    const again = codeOf(bench.axis.submit('move-relative', body));
    await bench.pass(5000);

    expect([await sent, await again]).toEqual(['superseded', 'superseded']);
    expect(younger.resource()).toMatchObject({ status: 'done', result: { finalPosition: 20 } });
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

  test('at a velocity, behind another, counts its way from where the other ends; in a shorter time than it takes it fails', async () => {
    const bench = await axisBench();
    await bench.ready();
    await moving(bench);

    const waiting = await bench.axis.submit('move-velocity', { velocity: 10, maxDistance: 30, bufferMode: 'buffered' });
    expect(waiting.resource().status).toBe('queued');
    await bench.pass(8000);
    expect(waiting.resource()).toMatchObject({ status: 'done', result: { finalPosition: 130 } });

    const late = await bench.axis.submit('move-velocity', { velocity: 10, maxDistance: 30, timeoutMs: 500 });
    await bench.pass(5000);
    expect(late.resource()).toMatchObject({ status: 'failed', error: { code: 'targetNotReached' } });
  });

  test('at a velocity during another counts from a reading that is younger than it', async () => {
    const bench = await axisBench();
    await bench.ready();
    bench.drive.pollMs = 250;
    await bench.axis.submit('move-absolute', { position: 300, velocity: 50 });
    await bench.pass(1200);
    const submitted = bench.axis.submit('move-velocity', { velocity: 10, maxDistance: 30 });
    const thereAtLeast = bench.drive.positionNow() + 30 * 10_000;
    await bench.pass(300);
    await submitted;

    expect(bench.drive.accepted.at(-1)).toMatchObject({ kind: 'moveTo', velocity: 100_000 });
    expect(bench.drive.accepted.at(-1)).toHaveProperty(
      'target',
      expect.toSatisfy((to: number) => to >= thereAtLeast),
    );
  });

  test('that takes the place of another and is refused by the drive leaves nothing moving, whatever an old reading says', async () => {
    const bench = await axisBench();
    await bench.ready();
    bench.drive.pollMs = 250;
    await bench.pass(30);
    await bench.axis.submit('move-absolute', { position: 300 });
    await bench.pass(100);
    bench.drive.failNext = { kind: 'moveTo', error: new DriverError('UNSUPPORTED', 'not that', { executed: 'no' }) };
    const failing = await bench.axis.submit('move-absolute', { position: 10 });
    await bench.pass(10);

    expect(failing.resource()).toMatchObject({ status: 'failed', error: { code: 'unsupported' } });
    expect(bench.axis.state().state).toBe('stopping');
    expect(bench.drive.stops).toBe(1);
  });

  test('with a velocity or ramp that its drive cannot be told is refused, and nothing is written', async () => {
    const curtain = await axisBench({
      config: spindle({ profile: shippedProfile('dooya-rs485') }),
      before: (drive) => void (drive.power = 'enabled'),
    });
    await curtain.run('home', { method: -1 });
    const before = curtain.drive.accepted.length;
    expect(await codeOf(curtain.axis.submit('move-absolute', { position: 1, velocity: 5 }))).toBe('unsupported');
    expect(await codeOf(curtain.axis.submit('move-absolute', { position: 1, acceleration: 5 }))).toBe('unsupported');
    expect(await codeOf(curtain.axis.submit('set-override', { velocityFactor: 0.5 }))).toBe('unsupported');
    expect(await codeOf(curtain.axis.submit('move-velocity', { velocity: 5, maxDistance: 1 }))).toBe('unsupported');
    expect(curtain.drive.accepted).toHaveLength(before);

    const oneRamp = await axisBench({ config: spindle({ profile: shippedProfile('mks-servo42d-57d') }) });
    await oneRamp.run('enable', {});
    await oneRamp.run('set-position', { position: 0 });
    const move = { position: 1, acceleration: 10 };
    expect(await codeOf(oneRamp.axis.submit('move-absolute', { ...move, deceleration: 20 }))).toBe('unsupported');
    expect(await codeOf(oneRamp.axis.submit('move-absolute', move))).toBe('admitted');
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
