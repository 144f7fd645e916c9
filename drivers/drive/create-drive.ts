import type { Clock } from '../base/index.ts';
import type { ModbusLine } from '../modbus/index.ts';
import type { Profile } from '../profile/index.ts';
import { schemeOf, type Scheme } from '../schemes/index.ts';
import { createAttacher, type AttachOptions } from './attach.ts';
import { Connection } from './connection.ts';
import type { Drive, DriveLink, DriveListener, DriveSample, ForeignSetting } from './drive.ts';
import { isCalm, pollPeriodMs, type PollNeed, type PollPace } from './poll-pace.ts';
import { Poller } from './poller.ts';
import { RegisterPort } from './register-port.ts';
import { RestartWatch } from './restart-watch.ts';
import { createRouse } from './rouse.ts';
import { Sampler } from './sampler.ts';
import { SchemeDrive } from './scheme-drive.ts';
import type { SharedUnit } from './shared-unit.ts';
import { createStatusReader } from './status-reader.ts';
import { StepRunner } from './step-runner.ts';
import { createStopper } from './stopper.ts';
import { createTurns } from './turns.ts';

/** `watchdogMs` null leaves the drive's own watchdog alone; `quickStopDeceleration` in counts/s^2. */
export interface DriveOptions extends AttachOptions {
  readonly line: ModbusLine;
  readonly unit: number;
  readonly profile: Profile;
  readonly clock: Clock;
  /** The unit that this drive shares with another; the same for both, and only for profiles narrowed to a channel. */
  readonly sharedUnit?: SharedUnit | undefined;
  /** Period of the fast poll at rest, asked anew each time; default 100. */
  readonly pollIdleMs?: (() => number) | undefined;
  /** The same while it moves or was just commanded; default 0, as fast as the line and a floor of 10 ms allow. */
  readonly pollMovingMs?: (() => number) | undefined;
}

/** Who listens, and when the last command was given. */
interface Heard {
  by: DriveListener | null;
  commandedAtMs: number;
}

/** Wires the parts of one drive together; nothing happens before `start`. */
export function createDrive(options: DriveOptions): Drive {
  const { line, unit, profile, clock, sharedUnit } = options;
  const scheme = schemeOf(profile);
  const heard: Heard = { by: null, commandedAtMs: -Infinity };
  const published = (sample: DriveSample): void => {
    heard.by?.sample(sample);
    if (connection.link().state === 'online') restarts.note(sample);
  };
  const { isHurried, ...readers } = createReaders(options, { scheme, heard, published });
  const { port, sampler, poller } = readers;
  const rouse = createRouse(clock);
  const runner = new StepRunner({ port, sampler, profile, clock });
  const attacher = createAttacher({ port, runner, profile, scheme, unit }, options);
  const events = {
    link: (link: DriveLink) => drive.linked(link),
    back: () => rouse.news(),
    reconfigured: (found: readonly ForeignSetting[]) => heard.by?.reconfigured?.(found),
    rebooted() {
      drive.rebooted();
      heard.by?.rebooted();
    },
    lost(reason: Error & Parameters<Sampler['lose']>[0]) {
      port.forgetControlword();
      restarts.forget();
      sampler.lose(reason);
    },
  };
  const connection = new Connection({ line, attacher, poller, clock, events });
  const inTurn = sharedUnit?.inTurn ?? createTurns();
  const restarts = new RestartWatch({
    bootMs: profile.timing.bootMs,
    bootCounter: () => connection.identity()?.bootCounter ?? null,
    unanswered: () => port.unanswered(),
    isConfigured: () => attacher.isConfigured(),
    inTurn,
    restarted: () => drive.restarted(),
  });
  const deceleration = options.quickStopDeceleration;
  const facts = {
    mayWrite: () => connection.mayWrite(),
    isAbsent: () => connection.link().state === 'offline',
    left: () => drive.stopHasLeft(),
  };
  const stopper = createStopper({ port, sampler, scheme, profile, clock, deceleration, ...facts, rouse });
  const asked = { line, unit, profile, scheme, clock, stopDeceleration: deceleration, inTurn, isHurried };
  const drive = new SchemeDrive({ ...asked, ...readers, runner, connection, restarts, stopper, heard, sharedUnit });
  sharedUnit?.join(drive, (reading) => (connection.link().state === 'online' ? sampler.offer(reading) : undefined));
  return drive;
}

interface Readers {
  readonly port: RegisterPort;
  readonly sampler: Sampler;
  readonly poller: Poller;
  readonly isHurried: () => boolean;
}

/** What reads the drive: by itself as often as it is worth it, or for others. */
function createReaders(
  { line, unit, profile, clock, sharedUnit, ...options }: DriveOptions,
  parts: { readonly scheme: Scheme; readonly heard: Heard; readonly published: (sample: DriveSample) => void },
): Readers {
  const { scheme, heard, published: publish } = parts;
  const port = new RegisterPort({ line, unit, profile, clock, reads: sharedUnit?.reads });
  const status = createStatusReader(port, profile, sharedUnit);
  const sampler = new Sampler({ port, status, profile, scheme, clock, publish });
  const { pollIdleMs = () => 100, pollMovingMs = () => 0, watchdogMs } = options;
  const pollNeed = (): PollNeed => ({
    latest: sampler.latest()?.sample ?? null,
    sinceCommandMs: clock.nowMs() - heard.commandedAtMs,
    isAwaited: sampler.isAwaited(),
  });
  const pace = (): PollPace => ({ idleMs: pollIdleMs(), movingMs: pollMovingMs(), watchdogMs });
  const poller = new Poller({ sampler, clock, periodMs: () => pollPeriodMs(pace(), pollNeed()) });
  return { port, sampler, poller, isHurried: () => !isCalm(pollNeed()) };
}
