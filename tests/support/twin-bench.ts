import { afterEach } from 'vitest';
import { createVirtualClock, type VirtualClock } from '../../drivers/base/index.ts';
import { createDrive, type Drive, type DriveIntent, type DriveState, SharedUnit } from '../../drivers/drive/index.ts';
import { createLine } from '../../drivers/modbus/index.ts';
import { channelProfile, shippedProfile, type ChannelName } from '../../drivers/profile/index.ts';
import {
  createVirtualSite,
  type FrameEntry,
  type MotionEntry,
  openMemoryDoor,
  type VirtualDrive,
  type VirtualLine,
} from '../../simulator/index.ts';
import { always, listen, settleOn, type Heard } from '../drivers/drive/bench.ts';

/** One of the two drives of the unit, and the motor that it moves. */
export interface Side {
  readonly drive: Drive;
  readonly heard: Heard;
  readonly machine: VirtualDrive;
  run(intent: DriveIntent): Promise<Awaited<ReturnType<Drive['execute']>>>;
  state(): DriveState;
}

/** Both drives of one ZLTECH unit, the whole way down to two plants, on virtual time. */
export interface TwinBench {
  readonly clock: VirtualClock;
  readonly line: VirtualLine;
  readonly left: Side;
  readonly right: Side;
  settle<Result>(promise: Promise<Result>): Promise<Result>;
  motions(since?: number): readonly MotionEntry[];
  frames(since?: number): readonly FrameEntry[];
  /** Where the ledger stands now, for `since`. */
  mark(): number;
}

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

export const unitProfile = shippedProfile('zltech-zlac8015d');

interface TwinOptions {
  readonly pollIdleMs?: () => number;
  /** How much longer than the line's own time an answer may take: so long a silent unit is waited for. */
  readonly adapterLatencyMs?: number;
}

export async function startTwin({ adapterLatencyMs = 0, ...options }: TwinOptions = {}): Promise<TwinBench> {
  const clock = createVirtualClock();
  const { serial, timing } = unitProfile;
  const drives = (['left', 'right'] as const).map((channel) => ({
    name: channel,
    unit: 1,
    channel,
    profile: unitProfile,
  }));
  const site = createVirtualSite({ clock, lines: [{ name: 'base', serial, paced: true, drives }] });
  const virtualLine = site.lines.get('base')!;
  const { interFrameGapMs } = timing;
  const open = openMemoryDoor(virtualLine, clock);
  const line = createLine({ name: 'base', framing: 'rtu', clock, serial, interFrameGapMs, adapterLatencyMs, open });
  const sharedUnit = new SharedUnit();

  function sideOf(channel: ChannelName): Side {
    const profile = channelProfile(unitProfile, channel);
    const drive = createDrive({
      line,
      unit: 1,
      profile,
      clock,
      sharedUnit,
      watchdogMs: 500,
      quickStopDeceleration: 400_000,
      ...options,
    });
    const heard = listen();
    drive.start(heard);
    return {
      drive,
      heard,
      machine: site.drives.get(channel)!,
      run: (intent) => settleOn(clock, drive.execute(intent, always)),
      state: () => drive.latest()!.state,
    };
  }
  const [left, right] = [sideOf('left'), sideOf('right')];
  closers.push(async () => {
    await Promise.all([left.drive.close(), right.drive.close()]);
    await line.close();
    site.close();
  });
  await clock.advance(1500);
  for (const { heard } of [left, right]) heard.links.length = 0;
  const entries = (since?: number) => (site.settle(), site.ledger.entries(since));
  return {
    clock,
    line: virtualLine,
    left,
    right,
    settle: (promise) => settleOn(clock, promise),
    motions: (since) => entries(since).filter((entry): entry is MotionEntry => entry.kind !== 'frame'),
    frames: (since) => entries(since).filter((entry): entry is FrameEntry => entry.kind === 'frame'),
    mark: () => entries().at(-1)?.seq ?? 0,
  };
}
