import { isDriverError, type Clock } from '../base/index.ts';
import { planWrites, type Profile, type Signals, type WriteBlock } from '../profile/index.ts';
import type { DriveState, Scheme } from '../schemes/index.ts';
import type { StopProof } from './drive.ts';
import type { RegisterPort } from './register-port.ts';
import type { Sampler } from './sampler.ts';

const AGAIN_MS = 10;

/** Sends the quick stop until it is acknowledged, then reads until the drive is at rest. Never rejects for trouble. */
export type Stopper = (giveUpMs: number) => Promise<StopProof>;

export function createStopper(parts: {
  readonly port: RegisterPort;
  readonly sampler: Sampler;
  readonly scheme: Scheme;
  readonly profile: Profile;
  readonly clock: Clock;
  /** Whether the drive that was meant answers at this address; another model would take the frame for who knows what. */
  readonly mayWrite: () => boolean;
}): Stopper {
  const { port, sampler, scheme, profile, clock, mayWrite } = parts;
  async function acknowledged(untilMs: number): Promise<number | null> {
    for (;;) {
      if (mayWrite() && (await hasSent())) return clock.nowMs();
      if (clock.nowMs() >= untilMs) return null;
      await clock.sleep(AGAIN_MS);
    }
  }

  function hasSent(): Promise<boolean> {
    return succeeds(async () => {
      for (const frame of stopFrames(scheme, profile, sampler.latest()?.signals ?? {}))
        await port.write(frame, { lane: 'stop', executedIfLost: 'no' });
    });
  }

  /** At least one read, whatever the time: the proof may stand there already. */
  async function isAtRestBy(untilMs: number): Promise<boolean> {
    for (let reads = 0; ;) {
      let isProved = false;
      await succeeds(async () => {
        isProved = isAtRest((await sampler.take('write')).sample.state, scheme.stopShows);
      });
      reads = isProved ? reads + 1 : 0;
      if (reads >= readsAtRest(scheme)) return true;
      if (clock.nowMs() >= untilMs) return false;
      await clock.sleep(AGAIN_MS);
    }
  }

  return async (giveUpMs) => {
    const acknowledgedAtMs = await acknowledged(clock.nowMs() + giveUpMs);
    if (!mayWrite()) return { acknowledgedAtMs, atRest: false };
    const atRest = await isAtRestBy(acknowledgedAtMs === null ? 0 : acknowledgedAtMs + giveUpMs);
    return { acknowledgedAtMs, atRest };
  };
}

/** True when it went through; trouble of the line or the drive is answered by trying again. */
async function succeeds(run: () => Promise<void>): Promise<boolean> {
  try {
    await run();
    return true;
  } catch (error) {
    if (!isDriverError(error)) throw error;
    return false;
  }
}

function stopFrames(scheme: Scheme, profile: Profile, latest: Signals): readonly WriteBlock[] {
  const plan = scheme.plan({ kind: 'quickStop' }, latest, profile);
  if (!plan.ok) return [];
  return plan.steps.flatMap((step) =>
    step.do === 'command' ? planWrites(profile, { [step.signal]: step.value }) : [],
  );
}

/** A drive that shows its stop proves it with one reading; of any other, one may be the instant of a turn-round. */
const readsAtRest = ({ stopShows }: Scheme): number => (stopShows === 'enabled' ? 2 : 1);

/** Where a stop shows, still enabled is no proof: the drive may not have taken it yet and start a moment later. */
function isAtRest({ power, moving }: DriveState, stopShows: Scheme['stopShows']): boolean {
  if (moving === true) return false;
  const cannotMove = power === 'disabled' || power === 'ready' || power === 'fault' || power === 'not-ready';
  return cannotMove || (power === stopShows && moving === false);
}
