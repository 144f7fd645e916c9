import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CommandResource, DriveCommand, DriveCommandName } from '../../services/contracts/index.ts';
import type { Axis } from '../../services/device/axis.ts';
import { startSiteInOneProcess, type SiteInOneProcess } from '../support/virtual-site.ts';

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

let folder: string;
let site: SiteInOneProcess;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'blocks-and-goals-'));
  const path = join(folder, 'site.yaml');
  writeFileSync(path, text);
  site = await startSiteInOneProcess(3, path);
  await site.clock.advance(4000);
});

afterAll(async () => {
  await site.close();
  rmSync(folder, { recursive: true });
});

function axisOf(id: string): Axis {
  const found = [...site.hosts.values()].map((host) => host.axes.get(id)).find((axis) => axis !== undefined);
  if (found === undefined) throw new Error(`no axis ${id}`);
  return found;
}

async function run<Name extends DriveCommandName>(
  id: string,
  name: Name,
  body: DriveCommand<Name>,
): Promise<CommandResource> {
  const record = await site.until(axisOf(id).submit(name, body));
  return site.until(record.ended);
}

/** Where the shaft really is, in turns. */
const turnsOf = (id: string, countsPerRevolution: number): number => {
  site.simulator.settle();
  return site.simulator.drives.get(id)!.plant().position / countsPerRevolution;
};

describe('a slide on an MKS drive', () => {
  test('is enabled, homed as it was set up, and moved to 200 mm', async () => {
    const enabled = await run('slide', 'enable', {});
    const before = axisOf('slide').state().homed;
    const homed = await run('slide', 'home', {});
    const moved = await run('slide', 'move-absolute', { position: 200 });

    expect([enabled.status, homed.status, moved.status]).toEqual(['done', 'done', 'done']);
    expect(before).toBe(false);
    expect(axisOf('slide').state()).toMatchObject({
      state: 'standstill',
      homed: true,
      moving: false,
      inPosition: true,
    });
    expect(turnsOf('slide', 16_384)).toBeCloseTo(20, 2);
  });

  test('is stopped on its way, rests, and moves again after it was released', async () => {
    const under = await site.until(axisOf('slide').submit('move-absolute', { position: 400 }));
    await site.clock.advance(1000);
    const stopped = await run('slide', 'stop', {});
    const ended = await site.until(under.ended);
    const latched = axisOf('slide').state();
    await run('slide', 'release', {});
    const again = await run('slide', 'move-absolute', { position: 100 });

    expect(ended).toMatchObject({ status: 'aborted', error: { code: 'stopped' } });
    expect(stopped).toMatchObject({ status: 'done', result: { stop: 'confirmed' } });
    expect(latched).toMatchObject({ state: 'stopping', stopLatched: true, moving: false });
    expect(again.status).toBe('done');
    expect(turnsOf('slide', 16_384)).toBeCloseTo(10, 2);
  });

  test('is halted on its way, and the move that was halted is not called done', async () => {
    const under = await site.until(axisOf('slide').submit('move-absolute', { position: 400 }));
    await site.clock.advance(1000);
    const halted = await run('slide', 'halt', {});

    expect(halted.status).toBe('done');
    expect((await site.until(under.ended)).status).toBe('aborted');
    expect(axisOf('slide').state()).toMatchObject({ state: 'standstill', moving: false });
  });

  test('blocked on its way it fails, and goes on only after a reset', async () => {
    site.simulator.drives.get('slide')!.setLoad({ blockedAt: 300 });
    const blocked = await run('slide', 'move-absolute', { position: 400 });
    const failed = axisOf('slide').state();
    site.simulator.drives.get('slide')!.setLoad({ blockedAt: null });
    const reset = await run('slide', 'reset', {});
    const enabled = await run('slide', 'enable', {});
    const moved = await run('slide', 'move-absolute', { position: 50 });

    expect(blocked).toMatchObject({ status: 'failed', error: { code: 'fault' } });
    expect(failed).toMatchObject({ state: 'errorStop', fault: { category: 'motion', resettable: true } });
    expect([reset.status, enabled.status, moved.status]).toEqual(['done', 'done', 'done']);
    expect(turnsOf('slide', 16_384)).toBeCloseTo(5, 1);
  });

  test('is homed again, and its position can be set to 0 but to nothing else', async () => {
    // onto the switch: the search goes one way only
    await run('slide', 'move-absolute', { position: 10 });
    const homed = await run('slide', 'home', {});
    const epoch = axisOf('slide').state().epoch;
    await run('slide', 'move-absolute', { position: 20 });
    const other = await run('slide', 'set-position', { position: 7 });
    const zero = await run('slide', 'set-position', { position: 0 });

    expect(homed.status).toBe('done');
    expect(other).toMatchObject({ status: 'failed', error: { code: 'unsupported' } });
    expect(zero.status).toBe('done');
    expect(axisOf('slide').state()).toMatchObject({ homed: true, epoch });
    expect(axisOf('slide').state().position).toBeCloseTo(0, 1);
  });

  test('is not moved with two different ramps: its drive has one', async () => {
    const moved = await run('slide', 'move-absolute', { position: 10, acceleration: 200, deceleration: 100 });

    expect(moved).toMatchObject({ status: 'failed', error: { code: 'unsupported' } });
    expect(axisOf('slide').state()).toMatchObject({ state: 'standstill', moving: false });
  });
});

describe('a flap on a Feetech servo', () => {
  test('knows where it is without homing, is enabled where it stands, and moved to 180 degrees', async () => {
    const found = axisOf('flap').state();
    const enabled = await run('flap', 'enable', {});
    const moved = await run('flap', 'move-absolute', { position: 180 });

    expect(found).toMatchObject({ state: 'disabled', homed: true });
    expect([enabled.status, moved.status]).toEqual(['done', 'done']);
    expect(axisOf('flap').state()).toMatchObject({ state: 'standstill', inPosition: true });
    expect(turnsOf('flap', 4096)).toBeCloseTo(0.5, 2);
  });

  test('is stopped on its way, holds, and moves again after it was released', async () => {
    const under = await site.until(axisOf('flap').submit('move-absolute', { position: 20, velocity: 60 }));
    await site.clock.advance(1000);
    const stopped = await run('flap', 'stop', {});
    const latched = axisOf('flap').state();
    await run('flap', 'release', {});
    const again = await run('flap', 'move-absolute', { position: 90 });

    expect((await site.until(under.ended)).status).toBe('aborted');
    expect(stopped).toMatchObject({ status: 'done', result: { stop: 'confirmed' } });
    expect(latched).toMatchObject({ state: 'stopping', enabled: true, moving: false });
    expect(again.status).toBe('done');
    expect(turnsOf('flap', 4096)).toBeCloseTo(0.25, 2);
  });

  test('is stopped at rest and goes on holding: nothing that hangs on it falls', async () => {
    await site.clock.advance(5000);
    const stopped = await run('flap', 'stop', {});
    const held = axisOf('flap').state();
    await run('flap', 'release', {});

    expect(stopped).toMatchObject({ result: { stop: 'confirmed' } });
    expect(held).toMatchObject({ enabled: true, moving: false });
  });

  test('switched off and on it still knows where it is, and does not move by itself', async () => {
    const flap = site.simulator.drives.get('flap')!;
    const at = turnsOf('flap', 4096);
    flap.injectFault('reboot', { atMs: site.clock.nowMs() });
    await site.clock.advance(8000);

    expect(axisOf('flap').state()).toMatchObject({ state: 'disabled', homed: true, moving: false });
    expect(turnsOf('flap', 4096)).toBeCloseTo(at, 3);
  });

  test('what it can do stands in its description: no homing, no other zero, no watchdog', () => {
    const faces = [...site.hosts.values()].flatMap((host) => [...host.faces]);
    const description = faces.find(([drive]) => drive === 'flap')?.[1].description();

    expect(description?.watchdogMs).toBeNull();
    for (const missing of ['home', 'set-position', 'arm']) expect(description?.capabilities).not.toContain(missing);
  });
});
