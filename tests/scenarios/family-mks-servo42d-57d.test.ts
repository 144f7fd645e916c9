import { describe, expect, test } from 'vitest';
import { Counts } from '../../drivers/base/index.ts';
import type { DriveIntent } from '../../drivers/drive/index.ts';
import { shippedProfile } from '../../drivers/profile/index.ts';
import { openMemoryDoor, type FrameEntry, type Mechanics } from '../../simulator/index.ts';
import { openMechanics } from '../../simulator/plant/mechanics.ts';
import { startFamily, type FamilyBench } from '../support/family-bench.ts';
import { frameOf } from '../support/hex-master.ts';

// A whole MKS drive: the drive room, the line engine and the simulated firmware, byte for byte on virtual time. The
// plant and the ledger are the witnesses.

const profile = shippedProfile('mks-servo42d-57d');
const RPM = 16_384 / 60;
const RAMP = 200_000;
/** Half a degree. */
const TOLERANCE = 23;
const F5 = 0xf5;
const F7 = 0xf7;
const MOTION_BLOCKS: readonly number[] = [F5, 0xf6, 0x91, 0xf4, 0xfd, 0xfe];

const moveTo = (target: number, rpm = 300): DriveIntent => ({
  kind: 'moveTo',
  target: Counts(target),
  velocity: rpm * RPM,
  acceleration: RAMP,
  deceleration: RAMP,
});
const turn = (rpm: number): DriveIntent => ({
  kind: 'moveVelocity',
  velocity: rpm * RPM,
  acceleration: RAMP,
  deceleration: RAMP,
});
const home: DriveIntent = { kind: 'home', method: -1, position: Counts(0), fast: 1, slow: 1, acceleration: 1 };

const STOP_RAMP = 400_000;

const start = ({
  mechanics,
  watchdogMs = 1000,
}: { mechanics?: Mechanics; watchdogMs?: number } = {}): Promise<FamilyBench> =>
  startFamily(profile, { simulated: { mechanics }, drive: { watchdogMs, quickStopDeceleration: STOP_RAMP } });

async function enabled(options: Parameters<typeof start>[0] = {}): Promise<FamilyBench> {
  const bench = await start(options);
  await bench.run({ kind: 'enable' });
  return bench;
}

/** Somebody else on the same line: bodies of frames as hexadecimal. */
async function say(bench: FamilyBench, frames: readonly string[]): Promise<void> {
  const open = openMemoryDoor(bench.line, bench.clock);
  const other = await open({ bytes: () => undefined, lost: () => undefined });
  for (const body of frames) {
    other.write(frameOf(body));
    await bench.clock.advance(50);
  }
  await other.close();
}

const writes = (bench: FamilyBench, since = 0): readonly FrameEntry[] =>
  bench.frames(since).filter(({ values }) => values !== null);
const links = ({ heard }: FamilyBench): readonly string[] => heard.links.map(({ state }) => state);

const position = ({ machine, site }: FamilyBench): number => {
  site.settle();
  return machine.plant().position;
};

/** Motions that no frame of ours asked for. */
function unasked(bench: FamilyBench, since = 0): readonly unknown[] {
  const asked = new Set(
    writes(bench)
      .filter(({ address }) => MOTION_BLOCKS.includes(address))
      .map(({ seq }) => seq),
  );
  return bench
    .motions(since)
    .filter(({ kind, cause }) => kind === 'start' && !(cause.by === 'frame' && asked.has(cause.frame)));
}

describe('an MKS drive', () => {
  test('attaches, is enabled without moving, goes there and back, and the plant says the same', async () => {
    const bench = await enabled();
    const afterEnable = bench.motions();

    await bench.run(moveTo(50_000));
    await bench.clock.advance(3000);
    const there = [position(bench), bench.state()] as const;
    await bench.run(moveTo(-20_000));
    await bench.clock.advance(4000);

    expect(links(bench)).toEqual([]);
    expect(afterEnable).toEqual([]);
    expect(there[0]).toBeCloseTo(50_000, -1);
    expect(Math.abs(there[1].position! - 50_000)).toBeLessThan(TOLERANCE);
    expect(there[1]).toMatchObject({ power: 'enabled', moving: false, targetReached: null });
    expect(position(bench)).toBeCloseTo(-20_000, -1);
    expect(bench.motions().filter(({ kind }) => kind === 'start')).toHaveLength(2);
    expect(unasked(bench)).toEqual([]);
  });

  test('is given another target while it moves, and turns round without standing still first', async () => {
    const bench = await enabled();
    await bench.run(moveTo(500_000));
    await bench.clock.advance(500);

    await bench.run(moveTo(0, 600));
    await bench.clock.advance(4000);

    expect(Math.abs(position(bench))).toBeLessThan(TOLERANCE);
    expect(bench.motions().map(({ kind }) => kind)).toEqual(['start', 'change', 'stop']);
  });

  test('turns, is halted on the ramp that the mechanics bear, and goes nowhere by itself afterwards', async () => {
    const bench = await enabled();
    await bench.run(turn(-300));
    await bench.clock.advance(1000);
    const turning = bench.state();
    const mark = bench.mark();

    await bench.run({ kind: 'halt' });
    const startedAtMs = bench.clock.nowMs();
    await bench.clock.advance(1000);
    const stop = bench.motions(mark).find(({ kind }) => kind === 'stop');

    expect(turning.velocity).toBeCloseTo(-300 * RPM, -3);
    // 81 920 counts/s with 400 000 counts/s2
    expect(stop!.atMs - startedAtMs).toBeGreaterThan(150);
    expect(stop!.atMs - startedAtMs).toBeLessThan(300);
    expect(bench.state()).toMatchObject({ moving: false, power: 'enabled' });
    expect(writes(bench, mark).map(({ address }) => address)).toEqual([F5]);
  });

  test('is stopped on the ramp, and rest is proved by two readings', async () => {
    const bench = await enabled();
    await bench.run(moveTo(500_000));
    await bench.clock.advance(700);
    const mark = bench.mark();

    const proof = await bench.settle(bench.drive.stop());
    const at = position(bench);
    await bench.clock.advance(2000);

    expect(proof).toMatchObject({ atRest: true, acknowledgedAtMs: expect.any(Number) as number });
    expect(position(bench)).toBeCloseTo(at, -1);
    expect(writes(bench, mark).map(({ address }) => address)).toEqual([F5]);
    expect(bench.state().power).toBe('enabled');
  });

  test('homes as it was set up, then knows its reference; its position can be set to 0', async () => {
    const bench = await enabled({ mechanics: { ...openMechanics, homeSwitch: { from: 10_000, to: 12_000 } } });
    const before = bench.state().referenced;
    await bench.run(home);
    const begun = bench.state().homing;
    await bench.clock.advance(4000);
    const homed = bench.state();
    await bench.run(moveTo(16_384));
    await bench.clock.advance(2000);
    await bench.run({ kind: 'setPosition', position: Counts(0) });
    await bench.clock.advance(200);

    expect([before, begun]).toEqual([false, 'running']);
    expect(homed).toMatchObject({ homing: 'attained', referenced: true, moving: false });
    expect(Math.abs(homed.position!)).toBeLessThan(TOLERANCE);
    expect(Math.abs(bench.state().position!)).toBeLessThan(TOLERANCE);
    expect(unasked(bench)).toEqual([]);
  });

  test('while it homes it is stopped at once: nobody knows a ramp for that', async () => {
    const bench = await enabled();
    await bench.run(home);
    await bench.clock.advance(500);
    const mark = bench.mark();

    const proof = await bench.settle(bench.drive.stop());

    expect(proof.atRest).toBe(true);
    expect(writes(bench, mark).map(({ address }) => address)).toEqual([F7]);
    expect(bench.state().homing).toBe('error');
  });

  test('blocked, it reports a stall far from its target; released and enabled it stays where it is', async () => {
    const bench = await enabled();
    bench.machine.setLoad({ blockedAt: 20_000 });
    await bench.run(moveTo(100_000));
    await bench.clock.advance(3000);
    const stalled = bench.state();
    const refused = await bench.outcome(moveTo(0));

    bench.machine.setLoad({ blockedAt: null });
    await bench.run({ kind: 'resetFault' });
    const reset = bench.state();
    const mark = bench.mark();
    await bench.run({ kind: 'enable' });
    await bench.clock.advance(1000);
    const quiet = bench.motions(mark);
    await bench.run(moveTo(0));
    await bench.clock.advance(2000);

    expect(stalled).toMatchObject({ power: 'fault', moving: false, fault: { code: 1 } });
    expect(refused).toBe('no');
    expect(reset).toMatchObject({ power: 'disabled', fault: null });
    expect(quiet).toEqual([]);
    expect(Math.abs(position(bench))).toBeLessThan(TOLERANCE);
  });

  test('disabled while it moves it comes to rest first', async () => {
    const bench = await enabled();
    await bench.run(moveTo(500_000));
    await bench.clock.advance(500);
    const mark = bench.mark();

    await bench.run({ kind: 'disable' });

    expect(writes(bench, mark).map(({ address }) => address)).toEqual([F5, 0xf3]);
    expect(bench.state()).toMatchObject({ power: 'disabled', moving: false });
  });
});

describe('an MKS drive on a line that loses answers', () => {
  test('a move whose answer is lost is resolved by its motion, and sent once', async () => {
    const bench = await enabled();
    bench.line.addMishap({ kind: 'drop', functionCode: 16, way: 'answer', count: 1 });

    const outcome = await bench.outcome(moveTo(200_000));
    await bench.clock.advance(5000);

    expect(outcome).toBe('resolved');
    expect(writes(bench).filter(({ address }) => address === F5)).toHaveLength(1);
    expect(Math.abs(position(bench) - 200_000)).toBeLessThan(TOLERANCE);
  });

  test('a request that is lost is not sent again, and not called obeyed', async () => {
    const bench = await enabled();
    bench.line.addMishap({ kind: 'drop', functionCode: 16, way: 'request', count: 1 });

    const outcome = await bench.outcome(moveTo(200_000));
    await bench.clock.advance(3000);

    expect(outcome).toBe('unknown');
    expect(bench.motions()).toEqual([]);
  });

  test('a new target under way whose answer is lost stays unknown: nothing proves it', async () => {
    const bench = await enabled();
    await bench.run(moveTo(1_000_000));
    await bench.clock.advance(500);
    bench.line.addMishap({ kind: 'drop', functionCode: 16, way: 'answer', count: 1 });

    expect(await bench.outcome(moveTo(0))).toBe('unknown');
  });
});

describe('an MKS drive left to itself', () => {
  test('its watchdog stops it when the line is dead, and it comes back at rest', async () => {
    const bench = await enabled({ watchdogMs: 500 });
    await bench.run(moveTo(5_000_000));
    await bench.clock.advance(500);

    bench.line.addMishap({ kind: 'unplug' });
    const pulledAtMs = bench.clock.nowMs();
    await bench.clock.advance(3000);
    const stop = bench.motions().at(-1)!;
    bench.line.clearMishaps();
    const mark = bench.mark();
    await bench.clock.advance(8000);

    expect(stop).toMatchObject({ kind: 'stop', cause: { by: 'watchdog' } });
    expect(stop.atMs - pulledAtMs).toBeLessThan(650);
    expect(links(bench)).toEqual(['offline', 'online']);
    expect(bench.motions(mark)).toEqual([]);
    expect(bench.state()).toMatchObject({ power: 'enabled', moving: false });
  });

  test('a power cycle in a move is told; it comes back without power on the shaft, its reference lost, and still', async () => {
    const bench = await enabled();
    await bench.run(moveTo(5_000_000));
    await bench.clock.advance(500);

    bench.machine.injectFault('reboot', { atMs: bench.clock.nowMs() });
    await bench.clock.advance(500);
    const mark = bench.mark();
    await bench.clock.advance(10_000);

    expect(bench.heard.reboots).toBe(1);
    expect(links(bench).at(-1)).toBe('online');
    expect(bench.state()).toMatchObject({ power: 'disabled', referenced: false, moving: false });
    expect(bench.motions(mark).filter(({ kind }) => kind === 'start')).toEqual([]);
    // the watchdog is set again
    expect(writes(bench, mark).map(({ address, values }) => [address, values])).toEqual([[0x98, [0, 1000]]]);
  });

  test('a motor that runs by itself from power-up does not obey the ramp, and is then stopped at once', async () => {
    const bench = await start();
    await say(bench, [
      '01 06 00 F3 00 01',
      '01 10 00 F6 00 02 04 01 EC 01 2C',
      '01 06 00 FF 00 C8',
      '01 06 00 41 00 01',
    ]);
    await bench.clock.advance(8000);
    const found = bench.state();
    const mark = bench.mark();

    const proof = await bench.settle(bench.drive.stop());

    expect(found).toMatchObject({ power: 'enabled', moving: true });
    expect(writes(bench, mark).map(({ address }) => address)).toEqual([F5, F7]);
    expect(proof.atRest).toBe(true);
    expect(bench.state().moving).toBe(false);
  });

  test('in a pulse mode it is not enabled, and a stop is taken all the same', async () => {
    const bench = await start();
    await say(bench, ['01 06 00 82 00 02']);

    expect(await bench.outcome({ kind: 'enable' })).toBe('no');
    expect(await bench.settle(bench.drive.stop())).toMatchObject({ atRest: true });
    expect(bench.motions()).toEqual([]);
  });

  test('a ramp that the drive refuses is not asked for again: it is stopped at once', async () => {
    const bench = await enabled();
    await bench.run(moveTo(1_000_000));
    await bench.clock.advance(500);
    await say(bench, ['01 06 00 82 00 02']);
    const mark = bench.mark();

    const proof = await bench.settle(bench.drive.stop());

    expect(writes(bench, mark).map(({ address, exception }) => [address, exception !== 0])).toEqual([
      [F5, true],
      [F7, false],
    ]);
    expect(proof).toMatchObject({ atRest: true, acknowledgedAtMs: expect.any(Number) as number });
  });

  test('engineers read a block by its address and whole; what moves or locks out is refused to them', async () => {
    const bench = await start();
    const { drive } = bench;

    expect(await bench.settle(drive.readRegisters(0xf1, 1))).toEqual([1]);
    await expect(drive.readRegisters(0x31, 2)).rejects.toThrow(/only as a block of 3/);
    for (const [address, value] of [
      [0x50, 1],
      [0xff, 0xc8],
      [0x80, 1],
      [0x3f, 1],
      [0x8e, 0],
      [0xf3, 1],
      [0x91, 1],
      [0xf5, 1],
    ] as const) {
      await expect(drive.writeRegister(address, value)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    }
    expect(writes(bench).map(({ address }) => address)).toEqual([0x98]);
  });

  test('nothing of it reaches a memory cell', async () => {
    const bench = await enabled();
    await bench.run(moveTo(10_000));
    await bench.clock.advance(2000);
    await bench.settle(bench.drive.stop());
    await bench.run({ kind: 'disable' });

    expect(bench.machine.eepromWrites()).toBe(0);
  });
});
