import { isDriverError } from '../base/index.ts';
import type { DriveIdentity } from '../drive/index.ts';
import { inferredFacts } from '../profile/index.ts';
import type { ConformanceOptions } from './options.ts';
import { failed, notRun, type ConformanceReport, type Outcome, type StepReport } from './report.ts';
import { Rig } from './rig.ts';
import { disable, enableWalk } from './steps/enable-walk.ts';
import { home } from './steps/home.ts';
import { identify } from './steps/identify.ts';
import { readRegisters } from './steps/read-registers.ts';
import { reconnect } from './steps/reconnect.ts';
import { scaleAndDirection } from './steps/scale-and-direction.ts';
import { smallMove } from './steps/small-move.ts';
import { stopOnTheWay } from './steps/stop-on-the-way.ts';
import { watchdogTrip } from './steps/watchdog-trip.ts';
import { wordOrder } from './steps/word-order.ts';
import type { Step } from './steps/step.ts';

const STEPS: readonly Step[] = [
  identify,
  readRegisters,
  enableWalk,
  home,
  smallMove,
  scaleAndDirection,
  wordOrder,
  stopOnTheWay,
  watchdogTrip,
  reconnect,
];

/** Runs every step and leaves the drive without power (where it can be taken) and the line closed. Never rejects for trouble. */
export async function runConformance(options: ConformanceOptions): Promise<ConformanceReport> {
  const { clock, signal } = options;
  const rig = new Rig(options);
  const began = { atMs: clock.nowMs(), unixMs: clock.unixMs() };
  const stopAtOnce = (): void => void (rig.isOpen() && rig.drive().stop());
  signal.addEventListener('abort', stopAtOnce);
  const steps: StepReport[] = [];
  let identity: DriveIdentity | null = null;
  for (const step of STEPS) {
    options.progress({ step: step.id, title: step.title, state: 'begins' });
    const report = { id: step.id, title: step.title, ...(await outcomeOf(step, rig, steps)) };
    steps.push(report);
    if (rig.isOpen()) identity = rig.drive().identity() ?? identity;
    options.progress({ step: step.id, title: step.title, state: 'ended', report });
  }
  signal.removeEventListener('abort', stopAtOnce);
  await leave(rig);
  return {
    report: 'kpower-motion conformance 1',
    profile: described(options),
    unit: options.unit,
    startedAt: new Date(began.unixMs).toISOString(),
    durationMs: clock.nowMs() - began.atMs,
    identity,
    steps,
    registers: [...rig.findings.registers],
    inferred: [...inferredFacts(options.profile)],
    frames: rig.frames,
    verdict: verdictOf(steps, signal),
  };
}

async function outcomeOf(step: Step, rig: Rig, before: readonly StepReport[]): Promise<Outcome> {
  if (rig.options.signal.aborted) return notRun('the run was interrupted');
  if (before.some(({ id, status }) => id === identify.id && status === 'failed'))
    return notRun('it is not known who answers');
  try {
    return (await reasonAgainst(step, rig)) ?? (await step.run(rig));
  } catch (error) {
    if (!rig.options.signal.aborted && !isDriverError(error)) throw error;
    return afterTrouble(step, rig, error);
  }
}

/** Why the step is left out: the drive cannot, or nobody allows it; null where it is run. */
async function reasonAgainst(step: Step, rig: Rig): Promise<Outcome | null> {
  const { profile, motionForbidden, ask, signal } = rig.options;
  const reason = rig.isOpen() ? await step.notPossible?.(rig) : null;
  if (reason !== undefined && reason !== null) return reason;
  if (step.question === undefined) return null;
  if (motionForbidden !== null) return notRun(motionForbidden);
  if (!(await ask(step.question(profile), step.turns?.(profile) ?? 0))) return notRun('it was not allowed');
  signal.throwIfAborted();
  return null;
}

/** What may have been set in motion is stopped before anything else is done. */
async function afterTrouble(step: Step, rig: Rig, error: unknown): Promise<Outcome> {
  const what = isDriverError(error) ? error.message : String(error);
  const rest = step.question === undefined ? '' : `; ${await stopInWords(rig)}`;
  return rig.options.signal.aborted ? notRun(`the run was interrupted${rest}`) : failed(`${what}${rest}`);
}

async function stopInWords(rig: Rig): Promise<string> {
  try {
    if (!rig.isOpen()) await rig.connect();
    if ((await rig.drive().stop()).atRest) return 'the drive was stopped and is at rest';
  } catch (error) {
    if (!isDriverError(error)) throw error;
  }
  return 'it is NOT proved that the drive is at rest: look at it';
}

async function leave(rig: Rig): Promise<void> {
  try {
    // what was never switched on by this run is left as it was found
    if (rig.findings.hasPower && rig.isOpen()) await disable(rig);
  } catch (error) {
    if (!rig.options.signal.aborted && !isDriverError(error)) throw error;
  }
  await rig.disconnect();
}

function described({ profile }: ConformanceOptions): ConformanceReport['profile'] {
  const { id, title, source, confidence, placeholder, narrowed } = profile;
  return { id, title, source, confidence, placeholder, channel: narrowed?.channel ?? null };
}

function verdictOf(steps: readonly StepReport[], signal: AbortSignal): ConformanceReport['verdict'] {
  if (steps.some(({ status }) => status === 'failed')) return 'fails';
  if (signal.aborted) return 'interrupted';
  return steps.some(({ status }) => status === 'not-run') ? 'partial' : 'conforms';
}
