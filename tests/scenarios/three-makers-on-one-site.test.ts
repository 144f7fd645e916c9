import { afterAll, beforeAll, expect, test } from 'vitest';
import { startCommandedSite, type CommandedSite } from '../support/commanded-site.ts';

// The whole way of a command, from the axis to the simulated shaft, on drives that share nothing but the contract.

const text = `
site: three-makers
lines:
  servos: { simulated: { baudRate: 19200 } }
  slides: { simulated: { baudRate: 115200 } }
  fans: { simulated: { baudRate: 9600 } }
drives:
  gate:
    line: servos
    unit: 1
    profile: kinco-fd5p
    axis: { unit: mm, travelPerRevolution: 10, range: [0, 500], maxVelocity: 100, maxAcceleration: 400 }
    homing: { method: 27, position: 0, velocity: 20 }
  slide:
    line: slides
    unit: 1
    profile: nimotion-lms-cia402
    axis: { unit: mm, travelPerRevolution: 10, range: [0, 500], maxVelocity: 100, maxAcceleration: 400 }
    homing: { method: 27, position: 0, velocity: 20 }
  fan:
    line: fans
    unit: 1
    profile: dfrobot-dfr1277
    axis: { unit: rev, travelPerRevolution: 1, range: [-1000, 1000], maxVelocity: 3, maxAcceleration: 100 }
`;

let site: CommandedSite;

beforeAll(async () => {
  site = await startCommandedSite(text);
});

afterAll(() => site.close());

test.each([
  ['gate', 65_536],
  ['slide', 10_000],
])('the %s is enabled, homed and moved to 200 mm, and is there', async (id, countsPerRevolution) => {
  const enabled = await site.run(id, 'enable', {});
  const homed = await site.run(id, 'home', {});
  const moved = await site.run(id, 'move-absolute', { position: 200 });
  const state = site.axisOf(id).state();

  expect([enabled.status, homed.status, moved.status]).toEqual(['done', 'done', 'done']);
  expect(state).toMatchObject({ state: 'standstill', homed: true, moving: false });
  expect(state.position).toBeCloseTo(200, 1);
  expect(site.shaftOf(id).position / countsPerRevolution).toBeCloseTo(20, 2);
});

test.each(['gate', 'slide'])(
  'the %s is stopped on its way, rests, and moves again after it was released',
  async (id) => {
    const under = await site.until(site.axisOf(id).submit('move-absolute', { position: 400 }));
    await site.clock.advance(1000);
    const stopped = await site.run(id, 'stop', {});
    const ended = await site.until(under.ended);
    await site.run(id, 'release', {});
    await site.run(id, 'enable', {});
    const again = await site.run(id, 'move-absolute', { position: 100 });

    expect(ended).toMatchObject({ status: 'aborted', error: { code: 'stopped' } });
    expect(stopped).toMatchObject({ status: 'done', result: { stop: 'confirmed' } });
    expect(again.status).toBe('done');
    expect(site.axisOf(id).state().position).toBeCloseTo(100, 1);
  },
);

test('the fan turns for two seconds at two revolutions a second, and needs nothing before', async () => {
  expect(site.axisOf('fan').state()).toMatchObject({ state: 'standstill', position: null, homed: null });

  const record = await site.until(site.axisOf('fan').submit('move-velocity', { velocity: 2, maxDurationMs: 2000 }));
  await site.clock.advance(1500);
  const turning = site.shaftOf('fan').velocity / 76.5;
  const ended = await site.until(record.ended);
  await site.clock.advance(2000);

  expect(turning).toBeCloseTo(2, 1);
  expect(ended.status).toBe('done');
  expect(site.shaftOf('fan').velocity).toBe(0);
  expect(site.axisOf('fan').state()).toMatchObject({ state: 'standstill', moving: false });
});

test('the fan is stopped, stays stopped, and turns again after it was released', async () => {
  await site.until(site.axisOf('fan').submit('move-velocity', { velocity: -3, maxDurationMs: 60_000 }));
  await site.clock.advance(1000);
  const stopped = await site.run('fan', 'stop', {});
  await site.clock.advance(3000);
  const latched = site.axisOf('fan').state();
  await site.run('fan', 'release', {});
  const again = await site.run('fan', 'move-velocity', { velocity: 1, maxDurationMs: 300 });

  expect(stopped).toMatchObject({ status: 'done', result: { stop: 'confirmed' } });
  expect(latched).toMatchObject({ state: 'stopping', stopLatched: true, moving: false });
  expect(again.status).toBe('done');
});

test('what each can do, and that nothing stops any of them when the line is cut, stands in its description', () => {
  const faces = [...site.hosts.values()].flatMap((host) => [...host.faces]);
  const of = (id: string) => faces.find(([drive]) => drive === id)?.[1].description();

  expect(of('gate')?.watchdogMs).toBeNull();
  expect(of('gate')?.capabilities).toEqual(
    expect.arrayContaining(['enable', 'home', 'move-absolute', 'move-relative', 'move-velocity', 'halt']),
  );
  expect(of('gate')?.capabilities).not.toContain('set-position');
  // it cannot be armed by itself: its service holds the start
  expect(of('slide')?.capabilities).toContain('arm');
  expect(of('fan')?.capabilities.toSorted()).toEqual(['halt', 'move-velocity', 'release', 'reset', 'stop']);
});
