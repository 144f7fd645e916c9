import { DriverError, isDriverError, type Clock } from '../base/index.ts';
import type { ModbusLine } from '../modbus/index.ts';
import type { Profile, Signals, Verb } from '../profile/index.ts';
import type { DriveIntent, Plan, Scheme, Step } from '../schemes/index.ts';
import type { Connection } from './connection.ts';
import type {
  Drive,
  DriveIdentity,
  DriveLink,
  DriveListener,
  DriveSample,
  Executed,
  ExecuteOptions,
  StopProof,
} from './drive.ts';
import { createFence } from './fence.ts';
import { stepsOf } from './part.ts';
import type { Permit } from './permit.ts';
import type { Poller } from './poller.ts';
import { createRawAccess } from './raw-access.ts';
import type { RegisterPort } from './register-port.ts';
import type { RestartWatch } from './restart-watch.ts';
import { retried } from './retry.ts';
import type { Sampler } from './sampler.ts';
import type { Mate, SharedUnit } from './shared-unit.ts';
import type { StepRunner } from './step-runner.ts';
import { StartedTarget } from './started-target.ts';
import type { Stopper } from './stopper.ts';
import type { InTurn } from './turns.ts';

const GIVE_UP_MS = 2000;
/** On a line that is so bad or so busy that what was read is out of date each time, an intent fails. */
const MOST_PLANS = 4;

export interface DriveParts {
  readonly line: ModbusLine;
  readonly unit: number;
  readonly profile: Profile;
  readonly scheme: Scheme;
  readonly clock: Clock;
  readonly port: RegisterPort;
  readonly sampler: Sampler;
  readonly poller: Poller;
  readonly runner: StepRunner;
  readonly connection: Connection;
  readonly restarts: Pick<RestartWatch, 'suspect'>;
  readonly stopper: Stopper;
  /** counts/s^2, for drives that keep no stop ramp of their own. */
  readonly stopDeceleration: number;
  readonly sharedUnit: SharedUnit | undefined;
  readonly inTurn: InTurn;
  readonly isHurried: () => boolean;
  /** Who listens, and when the last command was given: what the polls want to know. */
  readonly heard: { by: DriveListener | null; commandedAtMs: number };
}

/** A drive that is commanded by the plans of its scheme. */
export class SchemeDrive implements Drive {
  readonly unit: number;
  readonly profile: Profile;
  readonly verbs: ReadonlySet<Verb>;
  readonly #parts: DriveParts;
  readonly #raw: ReturnType<typeof createRawAccess>;
  readonly #fence = createFence();
  readonly #inTurn: InTurn;
  readonly #startedTarget = new StartedTarget();

  constructor(parts: DriveParts) {
    const { line, unit, profile, scheme, connection } = parts;
    this.unit = unit;
    this.profile = profile;
    this.verbs = scheme.verbs(profile);
    this.#parts = parts;
    this.#inTurn = parts.inTurn;
    this.#raw = createRawAccess({ line, unit, profile, mayWrite: () => connection.mayWrite() });
  }

  start(listener: DriveListener): void {
    this.#parts.heard.by = listener;
    this.#parts.connection.start();
  }

  link(): DriveLink {
    return this.#parts.connection.link();
  }

  identity(): DriveIdentity | null {
    return this.#parts.connection.identity();
  }

  latest(): DriveSample | null {
    return this.#parts.sampler.latest()?.sample ?? null;
  }

  isHurried(): boolean {
    return this.#parts.isHurried();
  }

  async fresh(timeoutMs: number): Promise<DriveSample> {
    this.#checkOnline();
    const sample = this.#parts.sampler.fresh(timeoutMs);
    this.#parts.poller.hurry();
    return sample;
  }

  execute(intent: DriveIntent, options: ExecuteOptions): Promise<Executed> {
    const permit = { ...options, signal: this.#fence.signal() };
    return this.#inTurn(() => this.#carryOut(intent, permit));
  }

  async stop(giveUpMs = GIVE_UP_MS): Promise<StopProof> {
    this.#dropAll('a stop came first');
    this.#mate()?.stoppedByOther();
    return this.#parts.stopper(giveUpMs);
  }

  /** A stop may be repeated until long after it was asked for: what the other drive has begun since then ends with it. */
  stopHasLeft(): void {
    this.#mate()?.stoppedByOther();
  }

  /** Its connection has news. */
  linked(link: DriveLink): void {
    this.#parts.heard.by?.link(link);
    if (link.state === 'online') this.#mate()?.unitAnswers();
  }

  unitAnswers(): void {
    this.#parts.connection.hurry();
  }

  suspectRestart(): void {
    this.#parts.restarts.suspect();
  }

  /** A reading has shown that it was switched off and on, and its unit with it. */
  restarted(): void {
    this.#parts.connection.restarted();
    this.#mate()?.restartedWithOther();
  }

  restartedWithOther(): void {
    this.#parts.connection.restarted();
  }

  /** The other drive of the unit was stopped, and this one with it: what it was about to do is over. */
  stoppedByOther(): void {
    this.#dropAll('the other axis of the unit was stopped, and this one with it');
    this.#parts.heard.by?.stoppedWithOther?.();
  }

  /** What was begun before its power cycle would wait for states that it has left, and hold up what comes after. */
  rebooted(): void {
    this.#startedTarget.forget();
    this.#fence.raise('the drive was switched off and on');
  }

  readRegisters(address: number, count: number): Promise<readonly number[]> {
    return this.#raw.readRegisters(address, count);
  }

  writeRegister(address: number, value: number): Promise<void> {
    return this.#raw.writeRegister(address, value);
  }

  async close(): Promise<void> {
    this.#fence.raise('the drive has been closed');
    this.#parts.connection.close();
    await this.#inTurn(() => Promise.resolve());
  }

  #mate(): Mate | undefined {
    return this.#parts.sharedUnit?.otherThan(this)?.drive;
  }

  #dropAll(reason: string): void {
    this.#fence.raise(reason);
    this.#noteCommand();
  }

  async #carryOut(intent: DriveIntent, permit: Permit): Promise<Executed> {
    const { runner } = this.#parts;
    permit.signal.throwIfAborted();
    this.#checkOnline();
    // a drive that cannot be armed holds nothing that could start
    if (intent.kind === 'disarm' && !this.verbs.has('arm')) return runner.run([], permit);
    try {
      return await this.#runFresh(intent, permit);
    } finally {
      // only now: while the steps run they read for themselves, and a hurried poll would push between them
      this.#noteCommand();
    }
  }

  /** Plans from a new reading, and anew where the way to the trigger took longer than the reading was good for. */
  async #runFresh(intent: DriveIntent, permit: Permit): Promise<Executed> {
    const { scheme, profile, stopDeceleration, clock } = this.#parts;
    // the same place has another name afterwards
    if (intent.kind === 'setPosition') this.#startedTarget.forget();
    for (let plansLeft = MOST_PLANS - 1; ; plansLeft--) {
      const { signals, plannedFromMs } = await this.#readNow(intent);
      const plan = scheme.plan(withRamp(intent, stopDeceleration), signals, profile);
      if (!plan.ok) throw refusal(plan);
      try {
        return await this.#run(plan.steps, { ...permit, plannedFromMs });
      } catch (error) {
        const isInTime = clock.nowMs() <= (permit.notAfterMs ?? Infinity);
        if (plansLeft === 0 || !isInTime || !isOutOfDate(error, plan.steps)) throw error;
      }
    }
  }

  /** Remembers where the axis is sent. */
  async #run(steps: readonly Step[], permit: Permit): Promise<Executed> {
    try {
      const executed = await this.#parts.runner.run(stepsOf(steps, permit.part), permit);
      if (permit.part !== 'prepare') this.#startedTarget.started(steps);
      return executed;
    } catch (error) {
      if (!isDriverError(error) || error.executed === 'unknown') this.#startedTarget.mayHaveStarted(steps);
      throw error;
    }
  }

  /** The fast signals and what the scheme wants besides; the controlword is read only when it is not certain. */
  async #readNow(intent: DriveIntent): Promise<{ readonly signals: Signals; readonly plannedFromMs: number }> {
    const { scheme, port, sampler } = this.#parts;
    const controlword = port.controlword();
    const known: Signals = controlword === undefined ? {} : { controlword };
    const also = scheme.alsoNeeds(intent).filter((signal) => port.canRead(signal) && known[signal] === undefined);
    const { askedAtMs: plannedFromMs, signals } = await retried(() => sampler.take('write', also));
    return { signals: this.#startedTarget.within({ ...signals, ...known }), plannedFromMs };
  }

  /** From now on the polls are fast for a while. */
  #noteCommand(): void {
    this.#parts.heard.commandedAtMs = this.#parts.clock.nowMs();
    this.#parts.poller.hurry();
  }

  #checkOnline(): void {
    const link = this.link();
    if (link.state !== 'online') throw new DriverError('OFFLINE', `the drive is ${link.state}: ${link.reason}`);
  }
}

function withRamp(intent: DriveIntent, deceleration: number): DriveIntent {
  return intent.kind === 'halt' || intent.kind === 'disable' ? { ...intent, deceleration } : intent;
}

/** The trigger was held back because the reading had become too old, and nothing has moved. */
const isOutOfDate = (error: unknown, steps: readonly Step[]): boolean =>
  isDriverError(error, 'EXPIRED') && steps.some((step) => step.do === 'trigger' && step.freshForMs !== undefined);

const codes = { unsupported: 'UNSUPPORTED', 'wrong-state': 'WRONG_STATE', fault: 'FAULT' } as const;

function refusal({ reason, detail }: Extract<Plan, { ok: false }>): DriverError {
  return new DriverError(codes[reason], detail);
}
