import { afterEach } from 'vitest';
import { createVirtualClock, type VirtualClock } from '../../drivers/base/index.ts';
import {
  createDrive,
  type Drive,
  type DriveIntent,
  type DriveOptions,
  type DriveState,
} from '../../drivers/drive/index.ts';
import { createLine } from '../../drivers/modbus/index.ts';
import type { Profile } from '../../drivers/profile/index.ts';
import {
  createVirtualSite,
  type DriveOptions as Simulated,
  type FrameEntry,
  type MotionEntry,
  openMemoryDoor,
  type VirtualDrive,
  type VirtualLine,
  type VirtualSite,
} from '../../simulator/index.ts';
import { always, listen, settleOn, type Heard } from '../drivers/drive/bench.ts';

/** One drive of a profile, the whole way: drive room, line engine, virtual line, firmware and plant, on virtual time. */
export interface FamilyBench {
  readonly clock: VirtualClock;
  readonly site: VirtualSite;
  readonly line: VirtualLine;
  readonly drive: Drive;
  readonly heard: Heard;
  readonly machine: VirtualDrive;
  /** Carries out an intent; rejects as the drive room does. */
  run(intent: DriveIntent): Promise<Awaited<ReturnType<Drive['execute']>>>;
  /** What became of it: accepted, or whether it may have acted. */
  outcome(intent: DriveIntent): Promise<string>;
  settle<Result>(promise: Promise<Result>): Promise<Result>;
  state(): DriveState;
  motions(since?: number): readonly MotionEntry[];
  frames(since?: number): readonly FrameEntry[];
  /** Where the ledger stands now, for `since`. */
  mark(): number;
}

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

export async function startFamily(
  profile: Profile,
  options: { readonly simulated?: Partial<Simulated>; readonly drive?: Partial<DriveOptions> } = {},
): Promise<FamilyBench> {
  const clock = createVirtualClock();
  const { serial, timing } = profile;
  const site = createVirtualSite({
    clock,
    lines: [{ name: 'bench', serial, paced: true, drives: [{ name: 'axis', unit: 1, profile, ...options.simulated }] }],
  });
  const virtualLine = site.lines.get('bench')!;
  const { interFrameGapMs } = timing;
  const open = openMemoryDoor(virtualLine, clock);
  const line = createLine({ name: 'bench', framing: 'rtu', clock, serial, interFrameGapMs, open });
  const drive = createDrive({
    line,
    unit: 1,
    profile,
    clock,
    watchdogMs: profile.watchdog === null ? null : 500,
    quickStopDeceleration: 40 * profile.countsPerRevolution,
    ...options.drive,
  });
  const heard = listen();
  drive.start(heard);
  closers.push(async () => {
    await drive.close();
    await line.close();
    site.close();
  });
  await clock.advance(1500);
  heard.links.length = 0;
  const settle = <Result>(promise: Promise<Result>): Promise<Result> => settleOn(clock, promise);
  const entries = (since?: number) => (site.settle(), site.ledger.entries(since));
  const run: FamilyBench['run'] = (intent) => settle(drive.execute(intent, always));
  return {
    clock,
    site,
    line: virtualLine,
    drive,
    heard,
    machine: site.drives.get('axis')!,
    run,
    outcome: (intent) =>
      run(intent).then(
        ({ resolved }) => (resolved ? 'resolved' : 'accepted'),
        (error: { executed: string }) => error.executed,
      ),
    settle,
    state: () => drive.latest()!.state,
    motions: (since) => entries(since).filter((entry): entry is MotionEntry => entry.kind !== 'frame'),
    frames: (since) => entries(since).filter((entry): entry is FrameEntry => entry.kind === 'frame'),
    mark: () => entries().at(-1)?.seq ?? 0,
  };
}
