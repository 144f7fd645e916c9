import { DriverError, isDriverError, type Clock } from '../base/index.ts';
import {
  nearestValue,
  signalEntries,
  type Profile,
  type SignalName,
  type Signals,
  type WriteBlock,
} from '../profile/index.ts';
import type { Step } from '../schemes/index.ts';
import { judgeLostTrigger } from './lost-trigger.ts';
import type { Permit } from './permit.ts';
import type { RegisterPort } from './register-port.ts';
import type { Sampler } from './sampler.ts';

type Trigger = Extract<Step, { do: 'trigger' }>;

export interface RunnerParts {
  readonly port: RegisterPort;
  readonly sampler: Sampler;
  readonly profile: Profile;
  readonly clock: Clock;
}

/** How long the effect of a trigger is looked for; the line may be in quarantine first. */
const RESOLVE_MS = 1000;
const READ_BACK_AGAIN_MS = 10;

export interface Triggered {
  /** Monotonic instant of the acknowledge, or of the proof. */
  readonly acknowledgedAtMs: number;
  /** The answer was lost and the effect was proved by reading back. */
  readonly isResolved: boolean;
}

/** A trigger and the frames that its values make. */
interface PlannedTrigger {
  readonly step: Trigger;
  readonly frames: readonly WriteBlock[];
}

/**
 * Sends the one frame that may move the axis, once. A lost answer is resolved by reading back: proved to be obeyed, it
 * counts as acknowledged; otherwise the error says whether the drive may have acted.
 */
export async function sendTrigger(
  parts: RunnerParts,
  { step, frames }: PlannedTrigger,
  permit: Permit,
): Promise<Triggered> {
  const { port, sampler, clock } = parts;
  await permit.beforeTrigger?.(permit.signal);
  const before = sampler.latest()?.signals ?? {};
  const stillWanted = (): boolean => !permit.signal.aborted && permit.stillWanted();
  const notAfterMs = latestOf(step, permit);
  try {
    const [frame, ...more] = frames;
    if (frame === undefined || more.length > 0) {
      throw new DriverError('UNSUPPORTED', `a trigger is one frame, not ${more.length + 1}`);
    }
    await port.write(frame, { lane: 'trigger', stillWanted, notAfterMs, executedIfLost: 'unknown' });
    return { acknowledgedAtMs: clock.nowMs(), isResolved: false };
  } catch (error) {
    if (!isDriverError(error) || error.executed === 'no') throw error;
    permit.onDoubt?.();
    await resolve(parts, { step, before, lost: error });
    return { acknowledgedAtMs: clock.nowMs(), isResolved: true };
  }
}

/** Its time to live, or the age of what it was planned from. */
function latestOf({ freshForMs }: Trigger, { notAfterMs, plannedFromMs }: Permit): number | undefined {
  if (freshForMs === undefined || plannedFromMs === undefined) return notAfterMs;
  return Math.min(notAfterMs ?? Infinity, plannedFromMs + freshForMs);
}

const signalsOf = ({ values }: Trigger): readonly SignalName[] => signalEntries(values).map(([signal]) => signal);

interface Lost {
  readonly step: Trigger;
  readonly before: Signals;
  readonly lost: DriverError;
}

/** Resolves when the drive has obeyed. */
async function resolve(parts: RunnerParts, { step, before, lost }: Lost): Promise<void> {
  const after = await readBack(parts, step);
  const held = { ...step, values: asHeld(step.values, parts.profile) };
  const verdict = after === null ? 'unknown' : judgeLostTrigger(held, before, after);
  if (verdict === 'executed') return;
  const detail =
    verdict === 'unknown' ? 'whether it was obeyed could not be read back' : 'read back: it was not obeyed';
  throw new DriverError(lost.code, `${lost.message}; ${detail}`, {
    executed: verdict === 'unknown' ? 'unknown' : 'no',
    cause: lost,
  });
}

/** As the registers show them once they are written: 200 rpm may come back as 199.9997. */
function asHeld(values: Signals, { registers }: Profile): Signals {
  const held = signalEntries(values).map(([signal, value]) => {
    const register = registers[signal];
    return [signal, (register && nearestValue(value, register)) ?? value] as const;
  });
  return Object.fromEntries(held);
}

async function readBack({ port, sampler, profile, clock }: RunnerParts, step: Trigger): Promise<Signals | null> {
  const asked = new Set([...signalsOf(step), ...[...step.proof, ...(step.disproof ?? [])].map(({ signal }) => signal)]);
  const also: readonly SignalName[] = [...asked].filter(
    (signal) => port.canRead(signal) && profile.registers[signal]?.poll !== 'fast',
  );
  for (const untilMs = clock.nowMs() + RESOLVE_MS; clock.nowMs() < untilMs; await clock.sleep(READ_BACK_AGAIN_MS)) {
    try {
      return (await sampler.take('write', also)).signals;
    } catch (error) {
      if (!isDriverError(error)) throw error;
    }
  }
  return null;
}
