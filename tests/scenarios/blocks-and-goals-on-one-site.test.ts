import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCommandedSite, type CommandedSite } from '../support/commanded-site.ts';

// The whole way of a command on two drives that have no word for "arrived": what is done is concluded from readings.

const text = `
site: blocks-and-goals
lines:
  steppers: { simulated: { baudRate: 38400 } }
  servos: { simulated: { baudRate: 115200 } }
drives:
  slide:
    line: steppers
    unit: 1
    profile: mks-servo42d-57d
    axis: { unit: mm, travelPerRevolution: 10, range: [0, 500], maxVelocity: 50, maxAcceleration: 200 }
    homing: { method: -1, position: 0, velocity: 10 }
  flap:
    line: servos
    unit: 1
    profile: feetech-sm-modbus
    axis: { unit: deg, travelPerRevolution: 360, range: [0, 300], maxVelocity: 120, maxAcceleration: 600, tolerance: 0.5 }
`;

let site: CommandedSite;

beforeAll(async () => {
  site = await startCommandedSite(text);
});

afterAll(() => site.close());

/** Where the shaft really is, in turns. */
const turnsOf = (id: string, countsPerRevolution: number): number => site.shaftOf(id).position / countsPerRevolution;

describe('a slide on an MKS drive', () => {
  test('is enabled, homed as it was set up, and moved to 200 mm', async () => {
    const enabled = await site.run('slide', 'enable', {});
    const before = site.axisOf('slide').state().homed;
    const homed = await site.run('slide', 'home', {});
    const moved = await site.run('slide', 'move-absolute', { position: 200 });

    expect([enabled.status, homed.status, moved.status]).toEqual(['done', 'done', 'done']);
    expect(before).toBe(false);
    expect(site.axisOf('slide').state()).toMatchObject({
      state: 'standstill',
      homed: true,
      moving: false,
      inPosition: true,
    });
    expect(turnsOf('slide', 16_384)).toBeCloseTo(20, 2);
  });

  test('is stopped on its way, rests, and moves again after it was released', async () => {
    const under = await site.until(site.axisOf('slide').submit('move-absolute', { position: 400 }));
    await site.clock.advance(1000);
    const stopped = await site.run('slide', 'stop', {});
    const ended = await site.until(under.ended);
    const latched = site.axisOf('slide').state();
    await site.run('slide', 'release', {});
    const again = await site.run('slide', 'move-absolute', { position: 100 });

    expect(ended).toMatchObject({ status: 'aborted', error: { code: 'stopped' } });
    expect(stopped).toMatchObject({ status: 'done', result: { stop: 'confirmed' } });
    expect(latched).toMatchObject({ state: 'stopping', stopLatched: true, moving: false });
    expect(again.status).toBe('done');
    expect(turnsOf('slide', 16_384)).toBeCloseTo(10, 2);
  });

  test('is halted on its way, and the move that was halted is not called done', async () => {
    const under = await site.until(site.axisOf('slide').submit('move-absolute', { position: 400 }));
    await site.clock.advance(1000);
    const halted = await site.run('slide', 'halt', {});

    expect(halted.status).toBe('done');
    expect((await site.until(under.ended)).status).toBe('aborted');
    expect(site.axisOf('slide').state()).toMatchObject({ state: 'standstill', moving: false });
  });

  test('blocked on its way it fails, and goes on only after a reset', async () => {
    site.simulator.drives.get('slide')!.setLoad({ blockedAt: 300 });
    const blocked = await site.run('slide', 'move-absolute', { position: 400 });
    const failed = site.axisOf('slide').state();
    site.simulator.drives.get('slide')!.setLoad({ blockedAt: null });
    const reset = await site.run('slide', 'reset', {});
    const enabled = await site.run('slide', 'enable', {});
    const moved = await site.run('slide', 'move-absolute', { position: 50 });

    expect(blocked).toMatchObject({ status: 'failed', error: { code: 'stalled' } });
    expect(failed).toMatchObject({ state: 'errorStop', fault: { category: 'motion', resettable: true } });
    expect([reset.status, enabled.status, moved.status]).toEqual(['done', 'done', 'done']);
    expect(turnsOf('slide', 16_384)).toBeCloseTo(5, 1);
  });

  test('is homed again, and its position can be set to 0 but to nothing else', async () => {
    // onto the switch: the search goes one way only
    await site.run('slide', 'move-absolute', { position: 10 });
    const homed = await site.run('slide', 'home', {});
    const epoch = site.axisOf('slide').state().epoch;
    await site.run('slide', 'move-absolute', { position: 20 });
    const other = await site.run('slide', 'set-position', { position: 7 });
    const zero = await site.run('slide', 'set-position', { position: 0 });

    expect(homed.status).toBe('done');
    expect(other).toMatchObject({ status: 'failed', error: { code: 'unsupported' } });
    expect(zero.status).toBe('done');
    expect(site.axisOf('slide').state()).toMatchObject({ homed: true, epoch });
    expect(site.axisOf('slide').state().position).toBeCloseTo(0, 1);
  });

  test('is not moved with two different ramps: its drive has one', async () => {
    const submitted = site
      .axisOf('slide')
      .submit('move-absolute', { position: 10, acceleration: 200, deceleration: 100 });

    await expect(submitted).rejects.toMatchObject({ problem: { code: 'unsupported', drive: 'slide' } });
    expect(site.axisOf('slide').state()).toMatchObject({ state: 'standstill', moving: false });
  });
});

describe('a flap on a Feetech servo', () => {
  test('knows where it is without homing, is enabled where it stands, and moved to 180 degrees', async () => {
    const found = site.axisOf('flap').state();
    const enabled = await site.run('flap', 'enable', {});
    const moved = await site.run('flap', 'move-absolute', { position: 180 });

    expect(found).toMatchObject({ state: 'disabled', homed: true });
    expect([enabled.status, moved.status]).toEqual(['done', 'done']);
    expect(site.axisOf('flap').state()).toMatchObject({ state: 'standstill', inPosition: true });
    expect(turnsOf('flap', 4096)).toBeCloseTo(0.5, 2);
  });

  test('is stopped on its way, holds, and moves again after it was released', async () => {
    const under = await site.until(site.axisOf('flap').submit('move-absolute', { position: 20, velocity: 60 }));
    await site.clock.advance(1000);
    const stopped = await site.run('flap', 'stop', {});
    const latched = site.axisOf('flap').state();
    await site.run('flap', 'release', {});
    const again = await site.run('flap', 'move-absolute', { position: 90 });

    expect((await site.until(under.ended)).status).toBe('aborted');
    expect(stopped).toMatchObject({ status: 'done', result: { stop: 'confirmed' } });
    expect(latched).toMatchObject({ state: 'stopping', enabled: true, moving: false });
    expect(again.status).toBe('done');
    expect(turnsOf('flap', 4096)).toBeCloseTo(0.25, 2);
  });

  test('is stopped at rest and goes on holding: nothing that hangs on it falls', async () => {
    await site.clock.advance(5000);
    const stopped = await site.run('flap', 'stop', {});
    const held = site.axisOf('flap').state();
    await site.run('flap', 'release', {});

    expect(stopped).toMatchObject({ result: { stop: 'confirmed' } });
    expect(held).toMatchObject({ enabled: true, moving: false });
  });

  test('switched off and on it still knows where it is, and does not move by itself', async () => {
    const flap = site.simulator.drives.get('flap')!;
    const at = turnsOf('flap', 4096);
    flap.injectFault('reboot', { atMs: site.clock.nowMs() });
    await site.clock.advance(8000);

    expect(site.axisOf('flap').state()).toMatchObject({ state: 'disabled', homed: true, moving: false });
    expect(turnsOf('flap', 4096)).toBeCloseTo(at, 3);
  });

  test('what it can do stands in its description: no homing, no other zero, no watchdog', () => {
    const faces = [...site.hosts.values()].flatMap((host) => [...host.faces]);
    const description = faces.find(([drive]) => drive === 'flap')?.[1].description();

    expect(description?.watchdogMs).toBeNull();
    for (const missing of ['home', 'set-position']) expect(description?.capabilities).not.toContain(missing);
  });
});
