import { expect } from 'vitest';
import { createVirtualClock, seededRandom, type VirtualClock } from '../../../drivers/base/index.ts';
import { shippedProfile, type Profile } from '../../../drivers/profile/index.ts';
import type { DriveConfig } from '../../../config/index.ts';
import {
  Refusal,
  type CommandReport,
  type DriveCommand,
  type DriveCommandName,
} from '../../../services/contracts/index.ts';
import { createAxis, type Axis } from '../../../services/device/axis.ts';
import type { AxisEvent, AxisParts } from '../../../services/device/axis-parts.ts';
import type { CommandRecord } from '../../../services/device/command-record.ts';
import { FakeDrive } from './fake-drive.ts';

export const referenceProfile: Profile = shippedProfile('kpower-reference');

/** A spindle: 10 000 counts a millimetre, 0 to 400 mm. */
export const spindle = (change: Partial<DriveConfig> = {}): DriveConfig => ({
  id: 'lift-left',
  line: 'bench',
  unit: 1,
  profile: referenceProfile,
  axis: {
    unit: 'mm',
    travelPerRevolution: 5,
    gearRatio: 5,
    direction: 'normal',
    range: [0, 400],
    maxVelocity: 50,
    maxAcceleration: 200,
    stopDeceleration: 400,
    tolerance: 0.1,
    homingRequired: true,
  },
  homing: { method: 27, position: 0, velocity: 10 },
  watchdogMs: 500,
  poll: { idleMs: 20, movingMs: 20 },
  onAttach: 'stop',
  serialNumber: null,
  acceptPlaceholder: false,
  ...change,
});

export interface AxisBench {
  readonly clock: VirtualClock;
  readonly drive: FakeDrive;
  readonly axis: Axis;
  readonly events: AxisEvent[];
  readonly reports: CommandReport[];
  quality: 'good' | 'refuse-motion' | 'stop';
  /** Enables and homes: the axis is then at standstill at 0. */
  ready(): Promise<void>;
  /** Submits and lets virtual time pass until the command has ended (at most a minute). */
  run<Name extends DriveCommandName>(name: Name, body: DriveCommand<Name>): Promise<CommandRecord>;
  pass(durationMs: number): Promise<void>;
}

/** An axis on a fake drive that has just come online. */
export async function axisBench(
  parts: Partial<AxisParts> & { readonly before?: (drive: FakeDrive) => void } = {},
): Promise<AxisBench> {
  const { before, ...given } = parts;
  const clock = createVirtualClock();
  const config = given.config ?? spindle();
  const drive = new FakeDrive(config.profile, clock);
  before?.(drive);
  const events: AxisEvent[] = [];
  const reports: CommandReport[] = [];
  const axis = createAxis({
    config,
    drive,
    clock,
    random: seededRandom(7),
    simulated: true,
    strict: false,
    isLeading: () => true,
    pollMs: (isMoving) => (isMoving ? config.poll.movingMs : config.poll.idleMs),
    lineQuality: () => bench.quality,
    listener: {
      changed: () => undefined,
      event: (event) => void events.push(event),
      reported: (report) => void reports.push(report),
    },
    ...given,
  });
  const bench: AxisBench = {
    clock,
    drive,
    axis,
    events,
    reports,
    quality: 'good',
    async ready() {
      await bench.run('enable', {});
      await bench.run('home', {});
    },
    async run(name, body) {
      const submitted = axis.submit(name, body);
      submitted.catch(() => undefined);
      await clock.advance(50);
      const record = await submitted;
      for (let passedMs = 0; !record.hasEnded() && passedMs < 60_000; passedMs += 50) await clock.advance(50);
      return record;
    },
    pass: async (durationMs) => clock.advance(durationMs),
  };
  drive.online();
  await clock.advance(100);
  return bench;
}

/** The code of the refusal, or that there was none. */
export async function codeOf(submitted: Promise<unknown>): Promise<string> {
  try {
    await submitted;
    return 'admitted';
  } catch (error) {
    return error instanceof Refusal ? error.problem.code : String(error);
  }
}

export const uuid = (last: number): string => `018f7b2e-0000-4000-8000-${String(last).padStart(12, '0')}`;

/** Half a second into a move to 100. */
export async function moving(bench: AxisBench): Promise<CommandRecord> {
  const record = await bench.axis.submit('move-absolute', { position: 100 });
  await bench.pass(500);
  expect(bench.axis.state().state).toBe('discreteMotion');
  return record;
}
