import { describe, expect, test } from 'vitest';
import { Counts } from '../../drivers/base/index.ts';
import type { DriveIntent } from '../../drivers/drive/index.ts';
import { shippedProfile } from '../../drivers/profile/index.ts';
import { openMemoryDoor, type FrameEntry } from '../../simulator/index.ts';
import { startFamily, type FamilyBench } from '../support/family-bench.ts';
import { frameOf } from '../support/hex-master.ts';

// A whole Feetech servo: the drive room, the line engine and the simulated firmware, byte for byte on virtual time. The
// plant and the ledger are the witnesses.

const profile = shippedProfile('feetech-sm-modbus');
const GOAL = 128;
const TORQUE = 129;
/** Half a degree. */
const TOLERANCE = 6;

const moveTo = (target: number, velocity = 2000): DriveIntent => ({
  kind: 'moveTo',
  target: Counts(target),
  velocity,
  acceleration: 10_000,
  deceleration: 10_000,
});

const start = (): Promise<FamilyBench> => startFamily(profile);

async function enabled(): Promise<FamilyBench> {
  const bench = await start();
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
const position = ({ machine, site }: FamilyBench): number => {
  site.settle();
  return machine.plant().position;
};

describe('a Feetech servo', () => {
  test('attaches with its memory locked, is enabled without moving, goes there and back', async () => {
    const bench = await enabled();
    const quiet = bench.motions();

    await bench.run(moveTo(1500));
    await bench.clock.advance(2500);
    const there = bench.state();
    await bench.run(moveTo(-300));
    await bench.clock.advance(2500);

    expect(writes(bench)[0]).toMatchObject({ address: 133, values: [1] });
    expect(quiet).toEqual([]);
    expect(there).toMatchObject({ power: 'enabled', moving: false, referenced: true, targetReached: null });
    expect(Math.abs(there.position! - 1500)).toBeLessThanOrEqual(TOLERANCE);
    expect(Math.abs(position(bench) + 300)).toBeLessThan(TOLERANCE);
    expect(bench.motions().filter(({ kind }) => kind === 'start')).toHaveLength(2);
    expect(bench.machine.eepromWrites()).toBe(0);
  });

  test('a goal that somebody left behind is not driven to when it is enabled', async () => {
    const bench = await start();
    await say(bench, ['01 06 00 80 07 D0']);

    await bench.run({ kind: 'enable' });
    await bench.clock.advance(1000);

    expect(bench.state()).toMatchObject({ power: 'enabled', moving: false });
    expect(bench.motions()).toEqual([]);
  });

  test('halted, it comes to rest on its ramp, short of its goal, and turns back nowhere', async () => {
    const bench = await enabled();
    await bench.run(moveTo(3000));
    await bench.clock.advance(600);
    const before = position(bench);
    const mark = bench.mark();

    await bench.run({ kind: 'halt' });
    const { samples } = bench.heard;
    const from = samples.length;
    await bench.clock.advance(1000);
    const seen = samples.slice(from).map(({ state }) => state.position!);

    expect(writes(bench, mark).map(({ address }) => address)).toEqual([GOAL]);
    expect(position(bench)).toBeGreaterThan(before + 100);
    expect(position(bench)).toBeLessThan(before + 500);
    for (const [index, place] of seen.entries()) {
      expect(place).toBeGreaterThan((seen[index - 1] ?? place) - TOLERANCE);
    }
  });

  test('stopped, it holds where it can come to rest, and the proof takes two readings', async () => {
    const bench = await enabled();
    await bench.run(moveTo(3000));
    await bench.clock.advance(600);
    const mark = bench.mark();

    const proof = await bench.settle(bench.drive.stop());
    const at = position(bench);
    await bench.clock.advance(2000);

    expect(proof).toMatchObject({ atRest: true, acknowledgedAtMs: expect.any(Number) as number });
    expect(writes(bench, mark).map(({ address }) => address)).toEqual([GOAL]);
    expect(position(bench)).toBeCloseTo(at, 0);
    expect(bench.state().power).toBe('enabled');
  });

  test('stopped when nobody has heard of it for a while, it is let go: an old reading is no goal', async () => {
    const bench = await enabled();
    await bench.run(moveTo(4000, 500));
    await bench.clock.advance(500);
    bench.line.addMishap({ kind: 'unplug', ms: 1500 });
    await bench.clock.advance(1000);
    const mark = bench.mark();

    const proof = await bench.settle(bench.drive.stop(4000));
    await bench.clock.advance(1000);

    expect(writes(bench, mark)[0]).toMatchObject({ address: TORQUE, values: [0] });
    expect(proof.atRest).toBe(true);
    expect(bench.state()).toMatchObject({ power: 'disabled', moving: false });
  });

  test('disabled in motion it comes to rest before it is let go', async () => {
    const bench = await enabled();
    await bench.run(moveTo(3000));
    await bench.clock.advance(600);
    const mark = bench.mark();

    await bench.run({ kind: 'disable' });

    expect(writes(bench, mark).map(({ address }) => address)).toEqual([GOAL, TORQUE]);
    expect(bench.state()).toMatchObject({ power: 'disabled', moving: false });
  });

  test('overloaded, it reports its status word; reset and enabled it stays where it is', async () => {
    const bench = await enabled();
    bench.machine.setLoad({ blockedAt: 500 });
    await bench.run(moveTo(2000));
    await bench.clock.advance(4000);
    const overloaded = bench.state();

    bench.machine.setLoad({ blockedAt: null });
    await bench.run({ kind: 'resetFault' });
    const mark = bench.mark();
    await bench.run({ kind: 'enable' });
    await bench.clock.advance(1000);

    expect(overloaded).toMatchObject({ power: 'fault', moving: false, fault: { code: 0x20, resettable: true } });
    expect(bench.state()).toMatchObject({ power: 'enabled', fault: null });
    expect(bench.motions(mark)).toEqual([]);
  });
});

describe('a Feetech servo on a bad line', () => {
  test('a goal whose answer is lost is found in its register, and written once', async () => {
    const bench = await enabled();
    bench.line.addMishap({ kind: 'drop', functionCode: 6, way: 'answer', count: 1 });
    const mark = bench.mark();

    expect(await bench.outcome(moveTo(1000))).toBe('resolved');
    await bench.clock.advance(2000);

    expect(writes(bench, mark).filter(({ address }) => address === GOAL)).toHaveLength(1);
    expect(Math.abs(position(bench) - 1000)).toBeLessThan(TOLERANCE);
  });

  test('a goal that never came is not in its register: not obeyed, and not written again', async () => {
    const bench = await enabled();
    bench.line.addMishap({ kind: 'drop', functionCode: 6, way: 'request', count: 1 });

    expect(await bench.outcome(moveTo(1000))).toBe('no');
    await bench.clock.advance(2000);
    expect(bench.motions()).toEqual([]);
  });

  test('an adapter that echoes changes nothing', async () => {
    const bench = await start();
    bench.line.addMishap({ kind: 'echo' });
    // an adapter is plugged in: what was learnt of the one before is forgotten
    bench.line.addMishap({ kind: 'unplug', ms: 100 });
    await bench.clock.advance(3000);

    await bench.run({ kind: 'enable' });
    await bench.run(moveTo(1000));
    await bench.clock.advance(2000);

    expect(Math.abs(position(bench) - 1000)).toBeLessThan(TOLERANCE);
  });

  test('a power cycle in a move is told; it comes back without torque, where it is, and still', async () => {
    const bench = await enabled();
    await bench.run(moveTo(4000, 500));
    await bench.clock.advance(1000);

    bench.machine.injectFault('reboot', { atMs: bench.clock.nowMs() });
    await bench.clock.advance(500);
    const at = position(bench);
    await bench.clock.advance(8000);

    expect(bench.heard.reboots).toBe(1);
    expect(bench.state()).toMatchObject({ power: 'disabled', moving: false, referenced: true });
    expect(position(bench)).toBeCloseTo(at, 0);
    expect(at).toBeGreaterThan(200);
  });

  test('without a watchdog it goes on to its goal when the line is dead, and not beyond', async () => {
    const bench = await enabled();
    await bench.run(moveTo(2000));
    await bench.clock.advance(200);
    bench.line.addMishap({ kind: 'unplug' });
    await bench.clock.advance(5000);

    expect(Math.abs(position(bench) - 2000)).toBeLessThan(TOLERANCE);
  });

  test('another servo at its address is not written to', async () => {
    const other = { ...profile, resetValues: { ...profile.resetValues, firmwareVersion: 3000 } };
    const bench = await startFamily(profile, { simulated: { profile: other } });

    expect(bench.drive.link()).toMatchObject({ state: 'refused' });
    expect(writes(bench)).toEqual([]);
  });
});
