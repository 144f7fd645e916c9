import { afterEach, describe, expect, test } from 'vitest';
import { Counts, createVirtualClock } from '../../drivers/base/index.ts';
import { createDrive, type DriveIntent } from '../../drivers/drive/index.ts';
import { createLine } from '../../drivers/modbus/index.ts';
import { shippedProfile } from '../../drivers/profile/index.ts';
import { createVirtualSite, openMemoryDoor, type Mechanics, type Mishap } from '../../simulator/index.ts';
import { always, listen, settleOn } from '../drivers/drive/bench.ts';

// A curtain behind the frames of its maker: line engine, drive room and virtual curtain, byte for byte.

const UNIT = 0x3412;
const profile = shippedProfile('dooya-rs485');
const serial = { baudRate: 9600, parity: 'none', stopBits: 1 } as const;
/** The rail is 100 % long; the curtain hangs somewhere on it when the power comes, and calls that place 0. */
const rail = (hangsAt: number): Mechanics => ({
  homeSwitch: null,
  limitSwitches: null,
  endStops: { low: -hangsAt, high: 100 - hangsAt },
});

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function hang(hangsAt = 40) {
  const clock = createVirtualClock();
  const site = createVirtualSite({
    clock,
    lines: [
      {
        name: 'rail',
        serial,
        paced: true,
        drives: [{ name: 'curtain', unit: UNIT, profile, mechanics: rail(hangsAt) }],
      },
    ],
  });
  const wire = site.lines.get('rail')!;
  const line = createLine({ name: 'rail', framing: 'dooya', clock, serial, open: openMemoryDoor(wire, clock) });
  const drive = createDrive({ line, unit: UNIT, profile, clock, watchdogMs: null, quickStopDeceleration: 100 });
  const heard = listen();
  drive.start(heard);
  closers.push(async () => {
    await drive.close();
    await line.close();
    site.close();
  });
  await clock.advance(2000);
  const at = (): number => {
    site.settle();
    return site.drives.get('curtain')!.plant().position;
  };
  const motions = () => site.ledger.entries().filter(({ kind }) => kind === 'start');
  const execute = (intent: DriveIntent) => settleOn(clock, drive.execute(intent, always));
  return { clock, site, wire, drive, heard, at, motions, execute, stop: () => settleOn(clock, drive.stop()) };
}

const to = (target: number): DriveIntent => ({
  kind: 'moveTo',
  target: Counts(target),
  velocity: 10,
  acceleration: 10,
  deceleration: 10,
});
const home = (method: number): DriveIntent => ({
  kind: 'home',
  method,
  position: Counts(0),
  fast: 1,
  slow: 1,
  acceleration: 1,
});

async function homed() {
  const curtain = await hang();
  await curtain.execute(home(-1));
  await curtain.clock.advance(10_000);
  return curtain;
}

describe('a curtain', () => {
  test('is found by what it is, and does not know where it hangs', async () => {
    const { drive, motions } = await hang();

    expect(drive.link()).toEqual({ state: 'online' });
    expect(drive.identity()).toMatchObject({ productCode: 1 });
    expect(drive.latest()!.state).toMatchObject({ position: null, referenced: false, moving: false });
    expect(motions()).toEqual([]);
  });

  test('whose stroke is unknown refuses a percentage, and not a byte of it goes out', async () => {
    const { execute, site, motions } = await hang();

    await expect(execute(to(50))).rejects.toMatchObject({ code: 'WRONG_STATE', executed: 'no' });

    expect(site.ledger.entries().filter((entry) => entry.kind === 'frame' && entry.functionCode === 3)).toEqual([]);
    expect(motions()).toEqual([]);
  });

  test.each([
    [-1, 0],
    [-2, 100],
  ])('homed by method %i has run into its end and is at %i %%', async (method, position) => {
    const { clock, drive, execute } = await hang();

    await execute(home(method));
    expect(drive.latest()!.state).toMatchObject({ homing: 'running', moving: true });
    await clock.advance(10_000);

    expect(drive.latest()!.state).toMatchObject({ homing: 'attained', position, referenced: true, moving: false });
  });

  test('goes where it is told, changes its mind on the way, halts, and stops', async () => {
    const { clock, drive, execute, stop, at } = await homed();

    await execute(to(60));
    await clock.advance(2000);
    await execute(to(20));
    await clock.advance(8000);
    expect(drive.latest()!.state).toMatchObject({ position: 20, moving: false });
    await execute(to(90));
    await clock.advance(1000);
    await execute({ kind: 'halt' });
    expect(drive.latest()!.state.moving).toBe(false);
    await execute(to(90));
    await clock.advance(1000);
    expect(await stop()).toMatchObject({ atRest: true });
    const rested = at();
    await clock.advance(5000);

    expect(at()).toBe(rested);
    expect(rested).toBeLessThan(60);
  });

  test.each(['drop', 'corrupt'] as const)(
    'whose answer to a percentage is lost (%s) is found going, and is told once',
    async (kind) => {
      const { clock, wire, execute, site, drive } = await homed();
      wire.addMishap({ kind, way: 'answer', functionCode: 3, count: 1 } satisfies Mishap);

      const done = await execute(to(70));
      await clock.advance(10_000);

      expect(done.resolved).toBe(true);
      expect(drive.latest()!.state.position).toBe(70);
      const controls = site.ledger.entries().filter((entry) => entry.kind === 'frame' && entry.address === 0x304);
      expect(controls).toHaveLength(1);
    },
  );

  test('whose percentage was lost on its way there is not told again', async () => {
    const { clock, wire, execute, at } = await homed();
    const before = at();
    wire.addMishap({ kind: 'drop', way: 'request', functionCode: 3, count: 1 });

    await expect(execute(to(70))).rejects.toMatchObject({ code: 'TIMEOUT' });
    await clock.advance(5000);

    expect(at()).toBe(before);
  });

  test('that lost its power has forgotten its stroke, and says so', async () => {
    const { clock, drive, site, execute } = await homed();
    site.drives.get('curtain')!.injectFault('reboot', { atMs: clock.nowMs() });
    await clock.advance(8000);

    expect(drive.latest()!.state).toMatchObject({ position: null, referenced: false });
    await expect(execute(to(50))).rejects.toMatchObject({ code: 'WRONG_STATE' });
  });
});
