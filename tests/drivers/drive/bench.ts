import { createVirtualClock, type VirtualClock } from '../../../drivers/base/index.ts';
import {
  createDrive,
  type Drive,
  type DriveLink,
  type DriveListener,
  type DriveOptions,
  type DriveSample,
  type ForeignSetting,
} from '../../../drivers/drive/index.ts';
import { shippedProfile } from '../../../drivers/profile/index.ts';
import { FakeDrive } from './fake-drive.ts';
import { FakeLine } from './fake-line.ts';

export const profile = shippedProfile('kpower-reference');
export const address = (signal: keyof typeof profile.registers): number => profile.registers[signal]!.address;

export interface Heard extends DriveListener {
  readonly samples: DriveSample[];
  readonly links: DriveLink[];
  readonly settings: ForeignSetting[];
  reboots: number;
}

export function listen(): Heard {
  const heard: Heard = {
    samples: [],
    links: [],
    settings: [],
    reboots: 0,
    sample: (sample) => heard.samples.push(sample),
    link: (link) => heard.links.push(link),
    reconfigured: (found) => void heard.settings.push(...found),
    rebooted: () => heard.reboots++,
  };
  return heard;
}

export interface Bench {
  readonly clock: VirtualClock;
  readonly line: FakeLine;
  readonly machine: FakeDrive;
  readonly drive: Drive;
  readonly heard: Heard;
  /** Lets virtual time pass until the promise settles. */
  readonly settle: <Result>(promise: Promise<Result>) => Promise<Result>;
}

export const always = { stillWanted: (): boolean => true };

export function createBench(options: Partial<DriveOptions> = {}): Bench {
  const clock = createVirtualClock();
  const line = new FakeLine(clock);
  const machine = new FakeDrive(profile, clock);
  line.drives.set(1, machine);
  const drive = createDrive({
    line,
    unit: 1,
    profile,
    clock,
    watchdogMs: 500,
    quickStopDeceleration: 400_000,
    ...options,
  });
  const heard = listen();
  return { clock, line, machine, drive, heard, settle: (promise) => settleOn(clock, promise) };
}

export async function settleOn<Result>(clock: VirtualClock, promise: Promise<Result>): Promise<Result> {
  const seen = { isSettled: false };
  const settled = Promise.allSettled([promise]).finally(() => {
    seen.isSettled = true;
  });
  for (let ms = 0; !seen.isSettled && ms < 60_000; ms++) await clock.advance(1);
  await settled;
  return promise;
}

/** A drive that is connected; enabled as well unless told otherwise. */
export async function startedBench(options: Partial<DriveOptions> = {}, wantsEnabled = true): Promise<Bench> {
  const bench = createBench(options);
  bench.drive.start(bench.heard);
  await bench.clock.advance(100);
  if (wantsEnabled) await bench.settle(bench.drive.execute({ kind: 'enable' }, always));
  await bench.clock.advance(1500);
  bench.line.frames.length = 0;
  return bench;
}
