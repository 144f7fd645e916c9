import { isDriverError } from '../../drivers/base/index.ts';
import type { StopProof } from '../../drivers/drive/index.ts';
import type { AxisRunner } from './axis-runner.ts';
import { abortedBy } from './job-outcome.ts';
import type { AxisMemory } from './axis-memory.ts';
import type { AxisKit } from './axis-parts.ts';

export interface StopOutcome {
  /** A reading after the stop showed the axis at rest. Without it nobody knows, and it is said so. */
  readonly confirmed: boolean;
}

/** Stops an axis, always: no state, lease, age or epoch is asked about. Latched until `release`. `command` is the id of the one that asks. */
export type StopAxis = (cause: string, command?: string) => Promise<StopOutcome>;

/** Beyond the ramp that stop was configured with: link hiccups and the drive's own reaction. */
const REST_MARGIN_MS = 2000;
const FRESH_WITHIN_MS = 500;

interface Asked {
  readonly wasArmed: boolean;
  readonly command: string | undefined;
}

const UNCONFIRMED = 'No reading after the stop shows the axis at rest: it may still move.';

export function createAxisStop(kit: AxisKit, memory: AxisMemory, runner: AxisRunner): StopAxis {
  let underWay: Promise<StopOutcome> | null = null;
  let isDisarming = false;

  function latch(cause: string, command?: string): void {
    kit.motionEpoch.bump();
    memory.stopLatched = true;
    memory.foundInMotion = false;
    memory.haltedAtMs = kit.clock.nowMs();
    memory.target = null;
    kit.listener.event({ type: 'stop-requested', detail: `Stop: ${cause}.`, cause, command });
    runner.clear(abortedBy('stop', `Stopped: ${cause}.`, 'stopped'));
  }

  async function carryOut({ wasArmed, command }: Asked): Promise<StopOutcome> {
    const proof = await stopDrive(kit);
    const confirmed = proof.acknowledgedAtMs !== null && proof.atRest;
    // a group trigger that comes after the release must find nothing to start
    isDisarming = wasArmed;
    if (wasArmed) await disarmQuietly(kit);
    isDisarming = false;
    kit.listener.event(
      confirmed
        ? { type: 'stop-confirmed', detail: 'A reading after the stop shows the axis at rest.', command }
        : { type: 'stop-unconfirmed', detail: UNCONFIRMED, command },
    );
    return { confirmed };
  }

  function attempt(asked: Asked): Promise<StopOutcome> {
    memory.stopUnderWay = true;
    underWay ??= carryOut(asked).finally(() => {
      underWay = null;
      memory.stopUnderWay = false;
      kit.listener.changed();
    });
    return underWay;
  }

  return async (cause, command) => {
    const asked = { wasArmed: memory.armed !== null, command };
    memory.armed = null;
    latch(cause, command);
    const hasJoined = underWay !== null;
    const outcome = attempt(asked);
    kit.listener.changed();
    // a stop drops what the drive is about to do: the disarming must not be among it
    if (hasJoined && !isDisarming) sendAgainNow(kit);
    // the one that was under way may have failed on a line that was still dead then
    return hasJoined && !(await outcome).confirmed ? attempt(asked) : outcome;
  };
}

/**
 * The one under way may wait up to a second before its next frame, for it was not answered; who asks anew gets a frame
 * now. A drive known to be silent is spared: each try costs the line a time-out, in which no other drive can be stopped.
 */
function sendAgainNow(kit: AxisKit): void {
  if (kit.drive.link().state !== 'offline') void stopDrive(kit, 0);
}

async function stopDrive(kit: AxisKit, giveUpMs = longestStopMs(kit)): Promise<StopProof> {
  try {
    return await kit.drive.stop(giveUpMs);
  } catch (error) {
    if (isDriverError(error)) return { acknowledgedAtMs: null, atRest: false };
    throw error;
  }
}

async function disarmQuietly({ drive }: AxisKit): Promise<void> {
  try {
    await drive.execute({ kind: 'disarm' }, { stillWanted: () => true });
  } catch (error) {
    // unanswered: the latch and the next attach's stop keep it from starting
    if (!isDriverError(error)) throw error;
  }
}

/** From the greatest velocity, on the configured ramp. */
export function longestStopMs({ config }: AxisKit): number {
  return (1000 * config.axis.maxVelocity) / config.axis.stopDeceleration + REST_MARGIN_MS;
}

/** Reads until the axis rests or its time has passed: the ramp and its margin unless told. */
export async function comesToRest(kit: AxisKit, withinMs = longestStopMs(kit)): Promise<boolean> {
  const { drive, clock } = kit;
  const deadlineMs = clock.nowMs() + withinMs;
  for (let leftMs = withinMs; leftMs > 0; leftMs = deadlineMs - clock.nowMs()) {
    try {
      const { state } = await drive.fresh(Math.min(FRESH_WITHIN_MS, leftMs));
      if (state.moving === false) return true;
    } catch (error) {
      if (!isDriverError(error, 'TIMEOUT')) return false;
    }
  }
  return false;
}
