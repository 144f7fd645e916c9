import { describe, expect, test } from 'vitest';
import { createVirtualSite, type LedgerEntry, openMemoryDoor } from '../../simulator/index.ts';
import { createLedger } from '../../simulator/ledger.ts';
import { createRig, profile, serial } from './rig.ts';
import { createVirtualClock } from '../../drivers/base/index.ts';

/** Four drives that go to and fro for ten minutes. */
async function tenMinutes(seed: number, lookEveryMs: number): Promise<readonly LedgerEntry[]> {
  const rig = await createRig({ seed, drives: [{}, {}, {}, {}], line: { paced: false } });
  for (const unit of [1, 2, 3, 4]) await rig.enable(unit);
  const startMs = rig.clock.nowMs();
  for (let round = 0; round < 100; round++) {
    for (const unit of [1, 2, 3, 4]) {
      await rig.moveTo(round % 2 === 0 ? 40_000 + unit : 0, { unit });
      await rig.set('controlword', 0x0f, unit);
    }
    const untilMs = startMs + (round + 1) * 6000;
    while (rig.clock.nowMs() < untilMs) {
      await rig.clock.advance(Math.min(lookEveryMs, untilMs - rig.clock.nowMs()));
      rig.site.settle();
    }
  }
  return rig.motions();
}

const trace = (entries: readonly LedgerEntry[]) =>
  entries.map((entry) => (entry.kind === 'frame' ? '' : `${entry.atMs} ${entry.drive} ${entry.kind} ${entry.to}`));

const siteWith = (...drives: { name: string; unit: number }[]) =>
  createVirtualSite({
    clock: createVirtualClock(),
    lines: [{ name: 'line', serial, paced: true, drives: drives.map((drive) => ({ ...drive, profile })) }],
  });

describe('the ledger', () => {
  test('a motion names the frame that caused it, where it went, how fast, and when it should end', async () => {
    const rig = await createRig();
    await rig.enable();
    await rig.moveTo(-4000);
    await rig.clock.advance(2000);

    const [start, stop] = rig.motions();
    const frames = rig.site.ledger.entries().filter((entry) => entry.kind === 'frame');
    const trigger = frames.find((entry) => entry.kind === 'frame' && entry.values?.[0] === 0x1f)!;
    expect(start).toMatchObject({ kind: 'start', drive: 'drive-1', line: 'line', from: 0, atMs: trigger.atMs });
    expect(start!.cause).toEqual({ by: 'frame', frame: trigger.seq });
    expect(stop).toMatchObject({ kind: 'stop', from: 0, startedAtMs: trigger.atMs });
    expect(stop!.to).toBeCloseTo(-4000, 0);
    expect(stop!.peakVelocity).toBeCloseTo(10_000, -3);
    // 4000 counts at 10 000 counts/s with ramps of 100 000 counts/s2 take 500 ms
    expect(start!.plannedEndMs! - trigger.atMs).toBeCloseTo(500, 6);
    expect(Math.abs(stop!.atMs - start!.plannedEndMs!)).toBeLessThan(20);
  });

  test('a frame says what was written and whether it was refused', async () => {
    const rig = await createRig();
    await rig.set('profileVelocity', 65_537);
    await rig.set('modeOfOperation', 5).catch(() => undefined);
    await rig.get('actualPosition');

    const frames = rig.site.ledger.entries();
    expect(frames).toMatchObject([
      { unit: 1, functionCode: 16, address: 0x24, count: 2, values: [1, 1], exception: 0 },
      { unit: 1, functionCode: 6, address: 0x21, values: [5], exception: 3 },
      { unit: 1, functionCode: 3, address: 2, count: 2, values: null, exception: 0 },
    ]);
    expect(rig.site.ledger.entries(frames[1]!.seq)).toEqual([frames[2]]);
  });

  test('it keeps motions when frames overflow, and counts what it forgot', () => {
    const ledger = createLedger({ frames: 10, motions: 5 });
    const place = { line: 'l', drive: 'd', atMs: 0 };
    const motion = {
      from: 0,
      to: 0,
      peakVelocity: 0,
      startedAtMs: 0,
      plannedEndMs: null,
      cause: { by: 'load' },
    } as const;
    ledger.add({ ...place, kind: 'start', ...motion });
    const frame = { unit: 1, functionCode: 3, address: 0, count: 1, values: null, exception: 0 };
    for (let index = 0; index < 25; index++) ledger.add({ ...place, kind: 'frame', ...frame });

    const entries = ledger.entries();
    expect(entries.map(({ seq }) => seq)).toEqual([1, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26]);
    expect([ledger.latest(), ledger.forgotten()]).toEqual([26, 15]);
  });
});

describe('a site on virtual time', () => {
  test('ten minutes of motion of four drives take less than five seconds, and do not depend on who looks when', async () => {
    // of a processor: what others do on this machine is not the simulator's
    const began = process.cpuUsage();
    const seldom = await tenMinutes(1, 6000);
    const used = process.cpuUsage(began);
    expect((used.user + used.system) / 1e6).toBeLessThan(5);

    const often = await tenMinutes(1, 47);

    expect(seldom).toHaveLength(800);
    expect(trace(often)).toEqual(trace(seldom));
  });

  test('at rest nothing is asked of the clock', async () => {
    let timers = 0;
    const clock = createVirtualClock();
    const counting = {
      ...clock,
      after: (delayMs: number, run: () => void) => {
        timers += 1;
        return clock.after(delayMs, run);
      },
    };
    const site = createVirtualSite({
      clock: counting,
      lines: [{ name: 'line', serial, paced: true, drives: [{ name: 'a', unit: 1, profile }] }],
    });
    await openMemoryDoor(site.lines.get('line')!, counting)({ bytes: () => undefined, lost: () => undefined });

    await clock.advance(3_600_000);

    expect(timers).toBe(0);
  });

  test('two drives with one name, or one unit on a line, are refused', () => {
    expect(() => siteWith({ name: 'a', unit: 1 }, { name: 'a', unit: 2 })).toThrow('two drives are called a');
    expect(() => siteWith({ name: 'a', unit: 1 }, { name: 'b', unit: 1 })).toThrow('both have unit 1');
  });
});
