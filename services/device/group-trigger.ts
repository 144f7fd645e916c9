import { isDriverError } from '../../drivers/base/index.ts';
import type { DriveSample, ExecuteOptions, Executed } from '../../drivers/drive/index.ts';
import { problem, Refusal } from '../contracts/index.ts';
import { startOf } from './arming.ts';
import { disarm } from './disarm.ts';
import type { AxisIntake } from './axis-intake.ts';
import type { Armed, Work } from './axis-memory.ts';
import type { AxisRunner } from './axis-runner.ts';
import { deferred } from './command-record.ts';
import { authorityProblem } from './domain/admission.ts';
import { allowedMs, type Expectation } from './domain/completion.ts';
import { executeFor } from './job-hands.ts';
import { arrival, motionOf, type WorkParts } from './motion-work.ts';

/** One axis's part in a common start. The host starts all of them by one frame and proves each by a reading. */
export interface TriggerTicket {
  readonly drive: string;
  /** Modbus unit: the axes of one unit take turns. */
  readonly unit: number;
  /** The command resource under which the motion runs. */
  readonly commandId: string;
  readonly stillWanted: () => boolean;
  /** The instant has come: until now it could be disarmed as if nobody had told it to start. */
  begin(): void;
  /** Starts this one by itself, where no common frame is possible; gives the instant at which that was acknowledged. */
  startAlone(options: ExecuteOptions): Promise<number>;
  /** True when the drive has acknowledged its own start, or a reading after `sentAtMs` shows it; then the motion is watched to its end. */
  confirm(sentAtMs: number): Promise<boolean>;
  abandon(detail: string): void;
}

interface JoinParts extends WorkParts {
  readonly runner: AxisRunner;
  readonly intake: AxisIntake;
}

/** The drive may need a cycle of its own before it shows the start. */
const READS_FOR_PROOF = 3;
const FRESH_WITHIN_MS = 300;

/** What is to start, when, and who says so. */
export interface CommonStart {
  readonly group: number;
  readonly startsInMs: number;
  readonly lease: string | undefined;
  /** Token of the orchestrator that says so; undefined where none does. */
  readonly fence: string | undefined;
}

/** What is armed and may be started now, or a Refusal thrown. */
function armedFor({ group, startsInMs, ...right }: CommonStart, { kit, memory, view }: JoinParts): Armed {
  const { config } = kit;
  const { armed, maintenance } = memory;
  if (maintenance !== null) {
    const detail = `${config.id} is locked for maintenance: ${maintenance.reason}`;
    throw new Refusal(problem('maintenance', detail, { drive: config.id }));
  }
  const unauthorised = authorityProblem(right, view.situation());
  if (unauthorised !== null) throw new Refusal(unauthorised);
  const state = view.state();
  if (armed === null || armed.group !== group || state !== 'standstill') {
    const why =
      armed === null
        ? 'is not armed'
        : `is armed ${armed.group === null ? 'alone' : `for group ${armed.group}`} and ${state}`;
    throw new Refusal(
      problem('notArmed', `${config.id} ${why}; group ${group} was to be started.`, { drive: config.id }),
    );
  }
  if (kit.clock.nowMs() + startsInMs > armed.untilMs) {
    const detail = `The start lies after the time for which ${config.id} is armed; nothing was started.`;
    throw new Refusal(problem('armExpired', detail, { drive: config.id }));
  }
  return armed;
}

export function joinGroupTrigger(start: CommonStart, parts: JoinParts): TriggerTicket {
  const { kit, memory, runner } = parts;
  const { config } = kit;
  const armed = armedFor(start, parts);
  const proof = deferred<Expectation>();
  const work = {
    ...workFor(armed, proof.promise),
    startsInMs: start.startsInMs,
    performsForMs: start.startsInMs,
  };
  const job = parts.intake.jobOf('trigger', {}, work);
  runner.start(job);

  let isProved = false;
  const started = (executed: Pick<Executed, 'acknowledgedAtMs' | 'setpointCounter'>): void => {
    isProved = true;
    const deadlineMs = kit.clock.nowMs() + allowedMs(armed.plan.plannedDurationMs);
    kit.listener.event({ type: 'triggered', detail: `Started with group ${armed.group}.`, command: job.record.id });
    proof.resolve(arrival(armed.plan, executed, { kit, deadlineMs }));
  };

  const confirm = async (sentAtMs: number): Promise<boolean> => {
    if (isProved) return true;
    for (let read = 0; read < READS_FOR_PROOF; read++) {
      const sample = await freshOrNull(parts);
      if (sample === null || !hasStarted(sample, armed, kit.toleranceCounts)) continue;
      started({ acknowledgedAtMs: sentAtMs, setpointCounter: sample.state.setpointCounter });
      return true;
    }
    return false;
  };

  return {
    drive: config.id,
    unit: config.unit,
    commandId: job.record.id,
    stillWanted: job.stillWanted,
    begin() {
      if (memory.armed === armed) memory.armed = null;
    },
    async startAlone(options) {
      const { intent, part } = startOf(kit.drive, armed.plan);
      const executed = await executeFor(job, intent, { kit, ...options, part });
      started(executed);
      return executed.acknowledgedAtMs;
    },
    confirm,
    abandon(detail) {
      runner.fail(job, { code: 'memberRefused', detail });
      // forgotten here when its instant came, and nobody else would tell the drive
      if (memory.armed === null) void disarm(kit, memory, detail);
    },
  };
}

function workFor(armed: Armed, started: Promise<Expectation>): Work {
  return {
    motion: motionOf(armed.plan, 'discreteMotion', armed.from),
    perform: () => started,
  };
}

async function freshOrNull({ kit }: WorkParts): Promise<DriveSample | null> {
  try {
    return await kit.drive.fresh(FRESH_WITHIN_MS);
  } catch (error) {
    if (isDriverError(error)) return null;
    throw error;
  }
}

/** Another set-point count than while armed; where the drive does not count, motion or arrival. */
function hasStarted({ state }: DriveSample, armed: Armed, toleranceCounts: number): boolean {
  if (armed.setpointCounter !== null && state.setpointCounter !== null) {
    return state.setpointCounter !== armed.setpointCounter;
  }
  const isThere = state.position !== null && Math.abs(state.position - armed.plan.setpoint.target) <= toleranceCounts;
  return state.moving === true || isThere;
}
