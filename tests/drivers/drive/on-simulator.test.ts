import { afterEach, describe, expect, test } from 'vitest';
import { Counts, createVirtualClock } from '../../../drivers/base/index.ts';
import { createDrive, createGroupTrigger, type DriveIntent } from '../../../drivers/drive/index.ts';
import { createLine } from '../../../drivers/modbus/index.ts';
import { createVirtualSite, openMemoryDoor, placeMechanics, type FrameEntry } from '../../../simulator/index.ts';
import { always, listen, profile, settleOn } from './bench.ts';

// The real line engine and the simulator's firmware, byte for byte, on virtual time.

const serial = { baudRate: 115_200, parity: 'none', stopBits: 1 } as const;
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function startSite(names: readonly string[]) {
  const clock = createVirtualClock();
  const mechanics = placeMechanics({ range: [0, 100_000], homePosition: 0, homingMethod: 21, approach: 2000 });
  const site = createVirtualSite({
    clock,
    lines: [
      {
        name: 'bench',
        serial,
        paced: true,
        drives: names.map((name, index) => ({ name, unit: index + 1, profile, mechanics })),
      },
    ],
  });
  const virtualLine = site.lines.get('bench')!;
  const line = createLine({ name: 'bench', framing: 'rtu', clock, serial, open: openMemoryDoor(virtualLine, clock) });
  const axes = names.map((name, index) => {
    const unit = index + 1;
    const drive = createDrive({ line, unit, profile, clock, watchdogMs: 500, quickStopDeceleration: 400_000 });
    const heard = listen();
    drive.start(heard);
    return { drive, heard, machine: site.drives.get(name)! };
  });
  closers.push(async () => {
    await Promise.all(axes.map(({ drive }) => drive.close()));
    await line.close();
    site.close();
  });
  await clock.advance(1000);
  for (const { heard } of axes) heard.links.length = 0;
  const settle = <Result>(promise: Promise<Result>): Promise<Result> => settleOn(clock, promise);
  return { clock, site, virtualLine, axes, line, settle };
}

const moveTo = (target: number): DriveIntent => ({
  kind: 'moveTo',
  target: Counts(target),
  velocity: 20_000,
  acceleration: 200_000,
  deceleration: 200_000,
});

describe('a drive on the simulator', () => {
  test('is enabled without moving, homed, moved, turned, halted and stopped', async () => {
    const { clock, axes, settle } = await startSite(['lift']);
    const { drive, machine, heard } = axes[0]!;
    const home = {
      kind: 'home',
      method: 21,
      position: Counts(500),
      fast: 5000,
      slow: 500,
      acceleration: 50_000,
    } as const;
    const turn = { kind: 'moveVelocity', velocity: -3000, acceleration: 50_000, deceleration: 50_000 } as const;

    await settle(drive.execute({ kind: 'enable' }, always));
    const afterEnable = machine.plant().position;
    await settle(drive.execute(home, always));
    const homing = drive.latest()!.state.homing;
    await clock.advance(4000);
    const homed = drive.latest()!.state;
    await settle(drive.execute(moveTo(20_000), always));
    await clock.advance(3000);
    const moved = drive.latest()!.state;
    await settle(drive.execute(turn, always));
    await clock.advance(1000);
    const turning = drive.latest()!.state.velocity;
    await settle(drive.execute({ kind: 'halt' }, always));
    await clock.advance(1000);
    const halted = machine.plant();
    await settle(drive.execute(moveTo(1000), always));
    await clock.advance(300);
    const proof = await settle(drive.stop());

    expect(afterEnable).toBe(0);
    expect([homing, homed.homing, homed.referenced]).toEqual(['running', 'attained', true]);
    expect(moved.position).toBe(20_000);
    expect(moved.targetReached).toBe(true);
    expect(turning).toBeCloseTo(-3000, -2);
    expect(halted.velocity).toBe(0);
    expect(proof.atRest).toBe(true);
    expect(drive.latest()!.state.power).toBe('quick-stop');
    expect(heard.links).toEqual([]);
  });

  test('after a halt the next move goes to its own target and never on to the old one', async () => {
    const { clock, site, axes, settle } = await startSite(['lift']);
    const { drive, machine } = axes[0]!;
    await settle(drive.execute({ kind: 'enable' }, always));
    await settle(drive.execute(moveTo(50_000), always));
    await clock.advance(500);
    await settle(drive.execute({ kind: 'halt' }, always));
    await clock.advance(1000);
    const halted = machine.plant().position;
    const seen = site.ledger.latest();

    await settle(drive.execute(moveTo(halted - 1000), always));
    await clock.advance(1000);
    site.settle();

    const motions = site.ledger.entries(seen).filter(({ kind }) => kind !== 'frame');
    expect(machine.plant().position).toBeCloseTo(halted - 1000, 0);
    expect(motions.map(({ kind }) => kind).at(-1)).toBe('stop');
    for (const sample of axes[0]!.heard.samples.slice(-60))
      expect(sample.state.position!).toBeLessThanOrEqual(halted + 1);
  });

  test('two sides armed for one group start by one frame', async () => {
    const { clock, site, axes, line, settle } = await startSite(['left', 'right']);
    for (const { drive } of axes) await settle(drive.execute({ kind: 'enable' }, always));
    for (const { drive } of axes) {
      await settle(drive.execute({ ...moveTo(8000), kind: 'arm', group: 3 } as DriveIntent, always));
    }

    await settle(createGroupTrigger({ line, profile, clock })(3, always));
    await clock.advance(2000);
    site.settle();

    const starts = site.ledger.entries().filter(({ kind }) => kind === 'start');
    expect(starts.map(({ drive }) => drive).toSorted()).toEqual(['left', 'right']);
    expect(Math.abs(starts[0]!.atMs - starts[1]!.atMs)).toBeLessThan(1);
    expect(axes.map(({ drive }) => drive.latest()!.state.position)).toEqual([8000, 8000]);
  });

  test('an armed drive is started alone, and its counter proves it', async () => {
    const { clock, axes, settle } = await startSite(['lift']);
    const { drive } = axes[0]!;
    await settle(drive.execute({ kind: 'enable' }, always));
    await settle(drive.execute({ ...moveTo(8000), kind: 'arm', group: 3 } as DriveIntent, always));
    await clock.advance(500);
    const before = drive.latest()!.state.position;

    const done = await settle(drive.execute({ kind: 'startArmed' }, always));
    await clock.advance(2000);

    expect([before, drive.latest()!.state.position, done.setpointCounter]).toEqual([0, 8000, 1]);
  });

  test('with answers that are lost, late or broken no move happens twice and none is reported wrongly', async () => {
    const { clock, site, virtualLine, axes, settle } = await startSite(['lift']);
    const { drive } = axes[0]!;
    await settle(drive.execute({ kind: 'enable' }, always));
    for (const kind of ['drop', 'corrupt', 'late'] as const) virtualLine.addMishap({ kind, rate: 0.04 });
    const outcomes: string[] = [];
    let wrong = 0;

    for (let round = 0; round < 15; round++) {
      const counter = setpoints();
      const outcome = await settle(
        drive.execute(moveTo(1000 + (round % 2) * 4000), always).then(
          () => 'accepted',
          (error: { executed: string }) => error.executed,
        ),
      );
      const taken = setpoints() - counter;
      outcomes.push(outcome);
      if (taken > 1 || (outcome === 'accepted' && taken !== 1) || (outcome === 'no' && taken !== 0)) wrong++;
      await clock.advance(400);
      if (drive.latest()!.state.power !== 'enabled') await recover();
    }

    expect(wrong).toBe(0);
    expect(outcomes.filter((outcome) => outcome === 'accepted').length).toBeGreaterThan(5);

    /** Rising edges of bit 4 that the drive took in: what the ledger says, not what the drive under test believes. */
    function setpoints(): number {
      site.settle();
      return site.ledger
        .entries()
        .filter((entry): entry is FrameEntry => entry.kind === 'frame')
        .filter(({ values, address, exception }) => values?.[0] === 0x3f && address === 0x20 && exception === 0).length;
    }

    async function recover(): Promise<void> {
      await clock.advance(6000);
      for (const kind of ['resetFault', 'enable'] as const) {
        await settle(drive.execute({ kind }, always)).catch(() => undefined);
      }
    }
  });

  test('when the line is pulled out the watchdog of the drive stops it, and it comes back latched and still', async () => {
    const { clock, virtualLine, site, axes, settle } = await startSite(['lift']);
    const { drive, machine, heard } = axes[0]!;
    await settle(drive.execute({ kind: 'enable' }, always));
    await settle(drive.execute(moveTo(90_000), always));
    await clock.advance(300);

    virtualLine.addMishap({ kind: 'unplug' });
    await clock.advance(2000);
    const rest = machine.plant();
    virtualLine.clearMishaps();
    await clock.advance(8000);
    site.settle();

    expect(heard.links.map(({ state }) => state)).toEqual(['offline', 'online']);
    expect(rest.velocity).toBe(0);
    expect(machine.plant().position).toBe(rest.position);
    expect(drive.latest()!.state).toMatchObject({ power: 'fault', fault: { code: 0x7500 } });
  });

  test('a power cycle during a move is reported once, and the drive is configured again', async () => {
    const { clock, axes, settle } = await startSite(['lift']);
    const { drive, machine, heard } = axes[0]!;
    await settle(drive.execute({ kind: 'enable' }, always));
    await settle(drive.execute(moveTo(90_000), always));
    await clock.advance(300);

    machine.injectFault('reboot', { atMs: clock.nowMs() });
    await clock.advance(8000);

    expect(heard.reboots).toBe(1);
    expect(drive.link()).toEqual({ state: 'online' });
    expect(await settle(drive.readRegisters(0x33, 1))).toEqual([500]);
    expect(drive.latest()!.state).toMatchObject({ power: 'disabled', referenced: false });
  });
});

/** A stop goes out to a silent drive, and puts off for five seconds that its line asks it for anything else. */
test('a drive that was silent for long is found within seven seconds of its return, whenever a stop was tried', async () => {
  const found: number[] = [];
  for (let phaseMs = 0; phaseMs < 5000; phaseMs += 250) {
    const { clock, virtualLine, axes } = await startSite(['lift']);
    virtualLine.addMishap({ kind: 'drop', way: 'request' });
    await clock.advance(30_000 + phaseMs);
    void axes[0]!.drive.stop(0);
    await clock.advance(200);
    virtualLine.clearMishaps();

    let afterMs = 0;
    for (; axes[0]!.drive.link().state !== 'online'; afterMs += 100) await clock.advance(100);
    found.push(afterMs);
  }

  expect(Math.max(...found)).toBeLessThanOrEqual(7000);
});
