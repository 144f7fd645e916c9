import { isDriverError, type Clock } from '../base/index.ts';
import { planWrites, type Profile } from '../profile/index.ts';
import type { DriveState, Scheme, Step } from '../schemes/index.ts';
import { commanded } from './commanded.ts';
import type { StopProof } from './drive.ts';
import type { RegisterPort } from './register-port.ts';
import type { Rouse } from './rouse.ts';
import type { Sampler, Taken } from './sampler.ts';

const AGAIN_MS = 10;
/**
 * From one unanswered stop to the next: each costs the line a time-out and the silence after it, in which no other drive
 * can prove that it stands. The first repeat comes at once, for the frame that was garbled.
 */
const UNANSWERED_MS = [AGAIN_MS, 250, 500, 1000] as const;
const LONGEST_UNANSWERED_MS = 1000;
/** The first reading after a stop may be of the instant before the drive began to slow down. */
const READS_UNTIL_HARDER = 2;

/** Sends the quick stop until it is acknowledged, then reads until the drive is at rest. Never rejects for trouble. */
export type Stopper = (giveUpMs: number) => Promise<StopProof>;

interface StopperParts {
  readonly port: RegisterPort;
  readonly sampler: Sampler;
  readonly scheme: Scheme;
  readonly profile: Profile;
  readonly clock: Clock;
  /** counts/s^2, for drives that keep no stop ramp of their own. */
  readonly deceleration: number;
  /** Whether the drive that was meant answers at this address; another model would take the frame for who knows what. */
  readonly mayWrite: () => boolean;
  /** It has not answered for long. */
  readonly isAbsent: () => boolean;
  /** A frame of a stop has left: whatever was planned before it is over, in the other drive of the unit as well. */
  readonly left: () => void;
  /** News are that the line or the drive is back. */
  readonly rouse: Rouse;
}

export function createStopper(parts: StopperParts): Stopper {
  const { mayWrite, clock } = parts;
  const shared = { ...parts, ...createShares(parts) };
  return async (giveUpMs) => {
    const acknowledgedAtMs = await acknowledged(shared, clock.nowMs() + giveUpMs);
    if (!mayWrite()) return { acknowledgedAtMs, atRest: false };
    const untilMs = acknowledgedAtMs === null ? 0 : acknowledgedAtMs + giveUpMs;
    const atRest = await isAtRestBy(shared, { sinceMs: clock.nowMs(), untilMs });
    return { acknowledgedAtMs, atRest };
  };
}

/** What stops of one drive that are asked for at the same time, by REST and by message, do together. */
interface Shares {
  readonly sendStop: () => Promise<boolean>;
  /** A reading that was asked for at that instant or later. */
  readonly readSince: (sinceMs: number) => Promise<Taken>;
}

interface Stopping extends StopperParts, Shares {}

/**
 * A frame that waits for the line, or is on it, serves whoever asks meanwhile: nothing that moves the axis goes before it.
 * On a line of thirty drives a second one for each would double the time until the last of them is proved at rest.
 */
function createShares(parts: StopperParts): Shares {
  let sending: Promise<boolean> | null = null;
  let reading: { readonly askedAtMs: number; readonly taken: Promise<Taken> } | null = null;
  const sendAnew = (): Promise<boolean> => (sending ??= hasSent(parts).finally(() => (sending = null)));
  return {
    // the other's may have failed already when this one was asked for
    sendStop: async () => (sending !== null && (await sending)) || sendAnew(),
    readSince(sinceMs) {
      if (reading !== null && reading.askedAtMs >= sinceMs) return reading.taken;
      const own = { askedAtMs: parts.clock.nowMs(), taken: parts.sampler.take('write') };
      reading = own;
      const end = (): void => void (reading === own && (reading = null));
      own.taken.then(end, end);
      return own.taken;
    },
  };
}

async function acknowledged(parts: Stopping, untilMs: number): Promise<number | null> {
  const { clock, mayWrite, isAbsent, rouse } = parts;
  // of who has not answered for long no frame was garbled: the living prove that they stand before it is tried again
  for (let unanswered = isAbsent() ? 1 : 0; ;) {
    const isWritten = mayWrite();
    if (isWritten && (await parts.sendStop())) return clock.nowMs();
    if (clock.nowMs() >= untilMs) return null;
    // what was never sent cost the line nothing; a drive that is back is told at once
    await rouse.sleep(isWritten ? (UNANSWERED_MS[unanswered++] ?? LONGEST_UNANSWERED_MS) : AGAIN_MS);
  }
}

/** What the drive says no to is not said again: then comes the harder stop, where there is one. */
async function hasSent(parts: StopperParts): Promise<boolean> {
  const outcome = await outcomeOf(() => send(parts, quickStop(parts)));
  const harder = outcome === 'refused' ? (parts.scheme.stopHarder?.({}) ?? []) : [];
  if (harder.length === 0) return outcome === 'done';
  return (await outcomeOf(() => send(parts, harder))) === 'done';
}

function quickStop({ sampler, scheme, profile, clock, deceleration }: StopperParts): readonly Step[] {
  const latest = sampler.latest();
  const readingAgeMs = latest === null ? undefined : clock.nowMs() - latest.sample.sampledAtMs;
  const plan = scheme.plan({ kind: 'quickStop', deceleration, readingAgeMs }, latest?.signals ?? {}, profile);
  return plan.ok ? plan.steps : [];
}

async function send({ port, profile, left }: StopperParts, steps: readonly Step[]): Promise<void> {
  const frames = steps.flatMap((step) => (step.do === 'command' ? planWrites(profile, commanded(step)) : []));
  try {
    for (const frame of frames) await port.write(frame, { lane: 'stop', executedIfLost: 'no' });
  } finally {
    if (frames.length > 0) left();
  }
}

/** At least one read, whatever the time: the proof may stand there already. */
async function isAtRestBy(
  parts: Stopping,
  { sinceMs, untilMs }: { readonly sinceMs: number; readonly untilMs: number },
): Promise<boolean> {
  const { scheme, clock } = parts;
  for (let atRest = 0, inMotion = 0; ;) {
    let isProved = false;
    await outcomeOf(async () => {
      const { sample, signals } = await parts.readSince(sinceMs);
      isProved = isAtRest(sample.state, scheme.stopShows);
      inMotion = isProved ? 0 : inMotion + 1;
      if (inMotion >= READS_UNTIL_HARDER) await send(parts, scheme.stopHarder?.(signals) ?? []);
    });
    atRest = isProved ? atRest + 1 : 0;
    if (atRest >= readsAtRest(scheme)) return true;
    if (clock.nowMs() >= untilMs) return false;
    await clock.sleep(AGAIN_MS);
  }
}

/** Trouble of the line or the drive is answered by trying again. */
async function outcomeOf(run: () => Promise<void>): Promise<'done' | 'refused' | 'failed'> {
  try {
    await run();
    return 'done';
  } catch (error) {
    if (!isDriverError(error)) throw error;
    return error.code === 'EXCEPTION' ? 'refused' : 'failed';
  }
}

/** A drive that shows its stop proves it with one reading; of any other, one may be the instant of a turn-round. */
const readsAtRest = ({ stopShows }: Scheme): number => (stopShows === 'enabled' ? 2 : 1);

/** Where a stop shows, still enabled is no proof: the drive may not have taken it yet and start a moment later. */
function isAtRest({ power, moving }: DriveState, stopShows: Scheme['stopShows']): boolean {
  if (moving === true) return false;
  const cannotMove = power === 'disabled' || power === 'ready' || power === 'fault' || power === 'not-ready';
  return cannotMove || (power === stopShows && moving === false);
}
