import { DriverError, isDriverError } from '../base/index.ts';
import { planWrites, signalEntries, type SignalName, type Signals, type WriteBlock } from '../profile/index.ts';
import type { Step } from '../schemes/index.ts';
import { commanded } from './commanded.ts';
import type { Executed } from './drive.ts';
import { holds } from './lost-trigger.ts';
import { stepCheck, type Permit } from './permit.ts';
import { isTransient, retried } from './retry.ts';
import { isSameRegister } from './same-register.ts';
import type { Taken } from './sampler.ts';
import { sendTrigger, type RunnerParts } from './trigger.ts';

type Await = Extract<Step, { do: 'await' }>;
type Trigger = Extract<Step, { do: 'trigger' }>;

/** Between two reads of one wait. */
const WAIT_POLL_MS = 10;

interface Progress {
  hasActed: boolean;
  triggeredAtMs: number | null;
  isResolved: boolean;
}

/** Carries out the steps of a plan. */
export class StepRunner {
  readonly #parts: RunnerParts;
  readonly #frames = new WeakMap<Step, readonly WriteBlock[]>();

  constructor(parts: RunnerParts) {
    this.#parts = parts;
  }

  /**
   * In order; the first failure ends them. Rejects with DriverError, whose `executed` is `no` as long as no trigger can
   * have reached the drive (in a list without triggers: no command).
   */
  async run(steps: readonly Step[], permit: Permit): Promise<Executed> {
    const { clock, sampler } = this.#parts;
    // every value is encoded before the first frame leaves, so that what does not fit writes nothing at all
    for (const step of steps) this.#framesOf(step);
    const check = stepCheck(steps, permit);
    const isActing = (step: Step): boolean => step.do === (steps.some(isTrigger) ? 'trigger' : 'command');
    const progress: Progress = { hasActed: false, triggeredAtMs: null, isResolved: false };
    try {
      for (const [index, step] of steps.entries()) {
        check(index, clock.nowMs());
        await this.#carryOut(step, permit, progress);
        progress.hasActed ||= isActing(step);
      }
    } catch (error) {
      throw progress.hasActed ? mayHaveActed(error) : error;
    }
    return {
      acknowledgedAtMs: progress.triggeredAtMs ?? clock.nowMs(),
      setpointCounter: sampler.latest()?.sample.state.setpointCounter ?? null,
      resolved: progress.isResolved,
    };
  }

  #carryOut(step: Step, permit: Permit, progress: Progress): Promise<void> {
    const { signal } = permit;
    if (step.do === 'write') return this.#write(step, signal, 'no');
    if (step.do === 'command') return this.#write(step, signal, 'unknown');
    if (step.do === 'verify') return this.#verify(step.values, signal);
    return step.do === 'await' ? this.#waitFor(step, signal) : this.#trigger(step, permit, progress);
  }

  async #trigger(step: Trigger, permit: Permit, progress: Progress): Promise<void> {
    const frames = this.#framesOf(step);
    const { isResolved, acknowledgedAtMs } = await sendTrigger(this.#parts, { step, frames }, permit);
    progress.isResolved = isResolved;
    progress.triggeredAtMs = acknowledgedAtMs;
  }

  /** Parameters and commands may arrive twice, so a lost answer is simply asked for again. */
  async #write(step: Step, signal: AbortSignal, executedIfLost: 'no' | 'unknown'): Promise<void> {
    const { port } = this.#parts;
    const stillWanted = (): boolean => !signal.aborted;
    for (const block of this.#framesOf(step)) {
      await retried(() => port.write(block, { lane: 'write', stillWanted, executedIfLost }), signal);
    }
  }

  async #verify(values: Signals, signal: AbortSignal): Promise<void> {
    const { port, profile } = this.#parts;
    const wanted = signalEntries(values);
    const names = wanted.map(([name]) => name);
    const { values: seen } = await retried(() => port.read(names, 'write', () => !signal.aborted), signal);
    for (const [name, value] of wanted) {
      if (!isSameRegister(profile, name, [value, seen[name]])) {
        throw new DriverError('NOT_VERIFIED', `${name} reads ${seen[name]} where ${value} is needed`);
      }
    }
  }

  /** The frames of one step, planned once. */
  #framesOf(step: Step): readonly WriteBlock[] {
    const known = this.#frames.get(step);
    if (known !== undefined) return known;
    const values = valuesOf(step);
    const frames = values === null ? [] : planWrites(this.#parts.profile, values);
    this.#frames.set(step, frames);
    return frames;
  }

  async #waitFor(step: Await, signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts;
    const untilMs = clock.nowMs() + step.withinMs;
    if (step.settleMs !== undefined) await clock.sleep(step.settleMs, signal);
    const also = this.#unpolled(step);
    while (!(await this.#isReached(step, also, signal))) {
      if (clock.nowMs() >= untilMs) {
        throw new DriverError('STEP_TIMEOUT', `waited ${step.withinMs} ms for ${step.what} in vain`);
      }
      await clock.sleep(WAIT_POLL_MS, signal);
    }
  }

  async #isReached(step: Await, also: readonly SignalName[], signal: AbortSignal): Promise<boolean> {
    try {
      const taken = await this.#parts.sampler.take('write', also);
      signal.throwIfAborted();
      if (step.until.some((condition) => holds(taken.signals, condition))) return true;
      if (step.failIf?.some((condition) => holds(taken.signals, condition)) === true) throw endedBy(step, taken);
    } catch (error) {
      if (!isTransient(error)) throw error;
    }
    return false;
  }

  /** What the conditions ask for and no sample brings by itself. */
  #unpolled({ until, failIf = [] }: Await): readonly SignalName[] {
    const asked = new Set([...until, ...failIf].map(({ signal }) => signal));
    return [...asked].filter((signal) => this.#parts.profile.registers[signal]?.poll !== 'fast');
  }
}

const isTrigger = (step: Step): boolean => step.do === 'trigger';

/** What a step writes; null when it only reads. */
function valuesOf(step: Step): Signals | null {
  if (step.do === 'write' || step.do === 'trigger') return step.values;
  return step.do === 'command' ? commanded(step) : null;
}

function endedBy(step: Await, { sample }: Taken): DriverError {
  const { fault, power } = sample.state;
  if (fault !== null) return new DriverError('FAULT', `while waiting for ${step.what}: ${fault.text}`);
  return new DriverError('WRONG_STATE', `while waiting for ${step.what} the drive became ${power}`);
}

function mayHaveActed(error: unknown): unknown {
  if (!isDriverError(error) || error.executed === 'unknown') return error;
  return new DriverError(error.code, error.message, { executed: 'unknown', cause: error });
}
