import { describe, expect, test } from 'vitest';
import { Refusal } from '../../../services/contracts/index.ts';
import { axisBench, type AxisBench } from './axis-bench.ts';

const codeOf = async (submitted: () => unknown): Promise<string> => {
  try {
    await submitted();
    return 'admitted';
  } catch (error) {
    return error instanceof Refusal ? error.problem.code : String(error);
  }
};

const eventsOf = (bench: AxisBench): string[] => bench.events.map(({ type }) => type);

async function leased(): Promise<{ bench: AxisBench; token: string }> {
  const bench = await axisBench();
  await bench.ready();
  const { token } = bench.axis.lease.take({ owner: 'robot', ttlMs: 5000 });
  return { bench, token };
}

describe('a lease', () => {
  test('lets its holder command and nobody else; the state says who holds it, not by which token', async () => {
    const { bench, token } = await leased();

    expect(await codeOf(() => bench.axis.submit('move-absolute', { position: 5 }))).toBe('leaseHeld');
    expect(await codeOf(() => bench.axis.submit('halt', {}))).toBe('leaseHeld');
    expect((await bench.run('move-absolute', { position: 10, lease: token })).resource().status).toBe('done');
    expect(bench.axis.state().lease).toMatchObject({ owner: 'robot' });
    expect(JSON.stringify(bench.axis.state())).not.toContain(token);
  });

  test('that ends while a distance waits for a reading gives it no right that it had not when it came', async () => {
    const bench = await axisBench();
    await bench.ready();
    bench.axis.lease.take({ owner: 'robot', ttlMs: 100 });
    bench.drive.answers = false;

    const waiting = codeOf(() => bench.axis.submit('move-relative', { distance: 5 }));
    await bench.pass(150);
    bench.drive.answers = true;
    await bench.pass(500);

    expect(await waiting).toBe('leaseHeld');
    expect(bench.drive.accepted.map(({ kind }) => kind)).not.toContain('moveTo');
  });

  test('never stands between anybody and a stop', async () => {
    const { bench, token } = await leased();
    await bench.axis.submit('move-absolute', { position: 100, lease: token });
    await bench.pass(300);

    const stop = await bench.run('stop', {});

    expect(stop.resource().result).toMatchObject({ stop: 'confirmed' });
    expect(bench.axis.state().stopLatched).toBe(true);
  });

  test('belongs to one owner at a time; its own owner takes it anew, and the token before is stale', async () => {
    const { bench, token: first } = await leased();

    expect(await codeOf(() => bench.axis.lease.take({ owner: 'somebody else' }))).toBe('leaseHeld');
    const { token: second } = bench.axis.lease.take({ owner: 'robot' });

    expect(await codeOf(() => bench.axis.submit('move-absolute', { position: 5, lease: first }))).toBe('tokenStale');
    expect(await codeOf(() => bench.axis.lease.renew({ token: first }))).toBe('tokenStale');
    expect((await bench.run('move-absolute', { position: 5, lease: second })).resource().status).toBe('done');
  });

  test('that is not renewed ends: a commander that slept through it is refused, whoever took it meanwhile', async () => {
    const { bench, token } = await leased();
    await bench.pass(5001);

    expect(eventsOf(bench)).toContain('lease-expired');
    expect(await codeOf(() => bench.axis.submit('move-absolute', { position: 5, lease: token }))).toBe('leaseExpired');
    bench.axis.lease.take({ owner: 'another' });
    expect(await codeOf(() => bench.axis.submit('move-absolute', { position: 5, lease: token }))).toBe('tokenStale');
  });

  test('renewed in time holds on, and given back it is free', async () => {
    const { bench, token } = await leased();
    for (let second = 0; second < 10; second++) {
      await bench.pass(1000);
      bench.axis.lease.renew({ token, ttlMs: 1500 });
    }
    expect(bench.axis.state().lease).not.toBeNull();

    bench.axis.lease.giveBack(token);

    expect(bench.axis.state().lease).toBeNull();
    expect(await codeOf(() => bench.axis.submit('move-absolute', { position: 5 }))).toBe('admitted');
  });

  test('that ends halts a velocity move, and lets a move to a position arrive', async () => {
    const { bench, token } = await leased();
    const velocity = await bench.axis.submit('move-velocity', { velocity: 10, maxDurationMs: 30_000, lease: token });
    await bench.pass(6000);
    expect(velocity.resource().status).toBe('aborted');
    expect(bench.axis.state().moving).toBe(false);

    const { token: again } = bench.axis.lease.take({ owner: 'robot', ttlMs: 500 });
    const move = await bench.axis.submit('move-absolute', { position: 300, lease: again });
    await bench.pass(15_000);
    expect(move.resource().status).toBe('done');
  });

  test('is broken with a reason that is told, and the axis is halted first', async () => {
    const { bench, token } = await leased();
    const move = await bench.axis.submit('move-absolute', { position: 300, lease: token });
    await bench.pass(300);

    bench.axis.lease.break('the robot hangs');
    await bench.pass(1000);

    expect(move.resource().status).toBe('aborted');
    expect(bench.axis.state()).toMatchObject({ lease: null, moving: false });
    expect(bench.events.find(({ type }) => type === 'lease-broken')?.detail).toContain('the robot hangs');
  });

  test('does not outlive the epoch of the drive', async () => {
    const { bench, token } = await leased();
    bench.drive.offline();
    bench.drive.online();
    await bench.pass(200);

    expect(bench.axis.state().lease).toBeNull();
    expect(await codeOf(() => bench.axis.submit('enable', { lease: token }))).toBe('leaseExpired');
  });

  test('taken by another leaves nothing armed of the one before', async () => {
    const { bench, token } = await leased();
    await bench.run('arm', { position: 50, armTtlMs: 20_000, group: 7, lease: token });
    expect(bench.drive.armed).not.toBeNull();
    bench.axis.lease.giveBack(token);

    const { token: theirs } = bench.axis.lease.take({ owner: 'another' });
    await bench.pass(100);

    expect(bench.drive.armed).toBeNull();
    const start = { group: 7, startsInMs: 0, lease: theirs, fence: undefined };
    expect(await codeOf(() => bench.axis.joinTrigger(start))).toBe('notArmed');
  });

  test('is asked for by the common start of a line too: what was armed under it starts under no other token', async () => {
    const { bench, token } = await leased();
    await bench.run('arm', { position: 50, armTtlMs: 20_000, group: 7, lease: token });
    const join = (lease: string | undefined): Promise<string> =>
      codeOf(() => bench.axis.joinTrigger({ group: 7, startsInMs: 0, lease, fence: undefined }));

    expect(await join(undefined)).toBe('leaseHeld');
    expect(await join(`${token}0`)).toBe('leaseExpired');
    expect(await join(token)).toBe('admitted');
  });
});

describe('a site whose commands are strict', () => {
  const uuid = '018f7b2e-0000-4000-8000-000000000001';

  test('takes only commands with id, time to live, epoch and lease, and any stop', async () => {
    const bench = await axisBench({ strict: true });
    const { epoch } = bench.axis.state();
    const { token } = bench.axis.lease.take({ owner: 'robot' });
    const whole = { id: uuid, ttlMs: 2000, epoch, lease: token };

    expect(await codeOf(() => bench.axis.submit('enable', {}))).toBe('invalidValue');
    expect(await codeOf(() => bench.axis.submit('enable', { ...whole, epoch: undefined }))).toBe('invalidValue');
    expect(await codeOf(() => bench.axis.submit('enable', { ...whole, lease: undefined }))).toBe('leaseHeld');
    expect(await codeOf(() => bench.axis.submit('enable', whole))).toBe('admitted');
    expect((await bench.run('stop', {})).resource().result).toMatchObject({ stop: 'confirmed' });
  });

  test('asks for a lease also when nobody holds it', async () => {
    const bench = await axisBench({ strict: true });
    const { epoch } = bench.axis.state();

    expect(await codeOf(() => bench.axis.submit('enable', { id: uuid, ttlMs: 2000, epoch }))).toBe('leaseRequired');
  });
});

describe('a lock for maintenance', () => {
  test('stops the axis and keeps every command that could move it out, also under a lease; a stop is taken', async () => {
    const { bench, token } = await leased();
    await bench.axis.submit('move-absolute', { position: 300, lease: token });
    await bench.pass(300);

    const locked = bench.axis.lockForMaintenance('changing the belt');
    await bench.pass(1000);
    await locked;

    expect(bench.axis.state()).toMatchObject({
      moving: false,
      stopLatched: true,
      maintenance: { reason: 'changing the belt' },
    });
    await bench.run('release', { lease: token });
    expect(await codeOf(() => bench.axis.submit('move-absolute', { position: 5, lease: token }))).toBe('maintenance');
    expect(await codeOf(() => bench.axis.submit('enable', { lease: token }))).toBe('maintenance');
    expect(await codeOf(() => bench.axis.submit('home', { lease: token }))).toBe('maintenance');
    expect((await bench.run('stop', {})).resource().result).toMatchObject({ stop: 'confirmed' });
  });

  test('taken away leaves the axis stopped: only a release lets it move again', async () => {
    const { bench, token } = await leased();
    const locked = bench.axis.lockForMaintenance('changing the belt');
    await bench.pass(1000);
    await locked;

    await bench.axis.lockForMaintenance(null);

    expect(await codeOf(() => bench.axis.submit('move-absolute', { position: 5, lease: token }))).toBe('stopLatched');
    await bench.run('release', { lease: token });
    expect((await bench.run('move-absolute', { position: 5, lease: token })).resource().status).toBe('done');
  });
});
