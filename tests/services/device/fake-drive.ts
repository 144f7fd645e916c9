import { Counts, DriverError, type VirtualClock } from '../../../drivers/base/index.ts';
import type {
  Drive,
  DriveIntent,
  DriveLink,
  DriveListener,
  DriveSample,
  DriveState,
  ExecuteOptions,
  Executed,
  ForeignSetting,
} from '../../../drivers/drive/index.ts';
import type { Profile } from '../../../drivers/profile/index.ts';

/** A drive as the drive room shows it, without a wire: it moves at constant velocity on virtual time. */
export class FakeDrive implements Drive {
  readonly unit = 1;
  readonly profile: Profile;
  readonly verbs: Drive['verbs'];
  /** How long each intent takes until the drive has accepted it. */
  latencyMs = 5;
  pollMs = 20;
  /** Polls and answers; false is a dead line that nobody has noticed yet. */
  answers = true;
  /** The next execution of this kind is carried out, but its answer is lost and cannot be resolved. */
  loseAnswerTo: DriveIntent['kind'] | null = null;
  /** Rejects the next intent of this kind before it acts. */
  failNext: { kind: DriveIntent['kind']; error: DriverError } | null = null;
  /** What it never does: answer an intent, say that it has arrived, stop at its target. */
  never: 'answers' | 'arrives' | 'stops' | null = null;
  resolved = false;
  /** So long an answer is lost until reading back has shown that the drive obeyed. */
  resolvesAfterMs = 0;
  /** Something holds the shaft; the drive runs all the same. */
  isHeld = false;
  readonly accepted: DriveIntent[] = [];
  stops = 0;
  /** How often it was thought to have been off. */
  suspicions = 0;

  power: DriveState['power'] = 'disabled';
  position = 0;
  velocity = 0;
  target: number | null = null;
  targetReached = false;
  counter = 0;
  referenced = false;
  homing: DriveState['homing'] = 'idle';
  fault: DriveState['fault'] = null;
  warning = false;
  limits: DriveState['limits'] = { negative: false, positive: false, home: false };
  armed: Extract<DriveIntent, { kind: 'arm' }> | null = null;
  /** Null for a drive that does not count its power-ups. */
  bootCounter: number | null = 1;

  readonly #clock: VirtualClock;
  readonly #hasPosition: boolean;
  #listener: DriveListener | null = null;
  #link: DriveLink = { state: 'offline', reason: 'not started' };
  #latest: DriveSample | null = null;
  #updatedAtMs = 0;
  #number = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #waiting: ((sample: DriveSample) => void)[] = [];
  #open = true;

  constructor(profile: Profile, clock: VirtualClock) {
    this.profile = profile;
    this.verbs = new Set(profile.verbs);
    this.#hasPosition = profile.registers.actualPosition !== undefined;
    this.#clock = clock;
  }

  start(listener: DriveListener): void {
    this.#listener = listener;
    this.#poll();
  }

  online(): void {
    this.#link = { state: 'online' };
    this.#listener?.link(this.#link);
  }

  offline(reason = 'unplugged'): void {
    this.#link = { state: 'offline', reason };
    this.#listener?.link(this.#link);
  }

  /** Answers, but must not be commanded. */
  refuse(reason: string): void {
    this.#link = { state: 'refused', reason };
    this.#listener?.link(this.#link);
  }

  /** Held other settings when it was attached. */
  reconfigured(...found: readonly ForeignSetting[]): void {
    this.#listener?.reconfigured?.(found);
  }

  reboot(): void {
    if (this.bootCounter !== null) this.bootCounter++;
    this.power = 'disabled';
    this.velocity = 0;
    this.target = null;
    this.referenced = false;
    this.armed = null;
    this.counter = 0;
    this.#listener?.rebooted();
  }

  /** Off and on between two polls, by a drive that counts neither power-ups nor where it stood. */
  loseCount(): void {
    this.position = 0;
    this.target = null;
  }

  /** By a word that stops both motors of its unit, meant for the other one. */
  stopWithOther(): void {
    this.#advance();
    this.velocity = 0;
    this.target = null;
    this.power = 'quick-stop';
    this.#listener?.stoppedWithOther?.();
  }

  failWith(code: number, text: string, category: NonNullable<DriveState['fault']>['category'] = 'temperature'): void {
    this.#advance();
    this.power = 'fault';
    const known = this.profile.faults.find((fault) => fault.code === code);
    this.fault = { code, category, means: known?.means, text, remedy: 'cool it', resettable: true };
    this.velocity = 0;
    this.target = null;
  }

  /** Stops by itself, away from its target, and says nothing of why. */
  stall(): void {
    this.#advance();
    this.velocity = 0;
    this.target = null;
  }

  /** Somebody else's hand on the shaft. */
  push(velocity: number): void {
    this.#advance();
    this.velocity = velocity;
    this.target = velocity > 0 ? 1e9 : -1e9;
  }

  /** Where the shaft is, whether anybody reads it or not; counts. */
  positionNow(): number {
    this.#advance();
    return this.position;
  }

  link(): DriveLink {
    return this.#link;
  }
  identity(): null {
    return null;
  }
  isHurried(): boolean {
    return this.velocity !== 0;
  }

  latest(): DriveSample | null {
    return this.#latest;
  }

  async fresh(timeoutMs: number): Promise<DriveSample> {
    return new Promise((resolve, reject) => {
      const cancel = this.#clock.after(timeoutMs, () => reject(new DriverError('TIMEOUT', 'no fresh reading')));
      this.#waiting.push((sample) => {
        cancel();
        resolve(sample);
      });
    });
  }

  async execute(intent: DriveIntent, options: ExecuteOptions): Promise<Executed> {
    const mine = this.#turn.then(async () => this.#carryOut(intent, options));
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async stop(): Promise<{ acknowledgedAtMs: number | null; atRest: boolean }> {
    this.stops++;
    if (!this.answers || this.#link.state !== 'online') {
      await this.#clock.sleep(100);
      return { acknowledgedAtMs: null, atRest: false };
    }
    this.#advance();
    this.velocity = 0;
    this.target = null;
    if (this.power === 'enabled' && this.verbs.has('enable')) this.power = 'quick-stop';
    await this.#clock.sleep(this.latencyMs);
    return { acknowledgedAtMs: this.#clock.nowMs(), atRest: true };
  }

  suspectRestart(): void {
    this.suspicions++;
  }

  async readRegisters(): Promise<readonly number[]> {
    return [];
  }
  async writeRegister(): Promise<void> {}
  async close(): Promise<void> {
    this.#open = false;
  }

  async #carryOut(intent: DriveIntent, options: ExecuteOptions): Promise<Executed> {
    await this.#clock.sleep(this.latencyMs);
    if (this.never === 'answers') await new Promise(() => undefined);
    if (this.failNext?.kind === intent.kind) {
      const { error } = this.failNext;
      this.failNext = null;
      throw error;
    }
    if (!this.answers) throw new DriverError('TIMEOUT', 'no answer', { executed: 'unknown' });
    if (!options.stillWanted()) throw new DriverError('FENCED', 'dropped: no longer wanted');
    if (options.notAfterMs !== undefined && this.#clock.nowMs() > options.notAfterMs) {
      throw new DriverError('EXPIRED', 'dropped: too late');
    }
    this.#advance();
    this.#obey(intent);
    this.accepted.push(intent);
    if (this.loseAnswerTo === intent.kind) {
      options.onDoubt?.();
      await this.#clock.sleep(this.resolvesAfterMs);
      throw new DriverError('TIMEOUT', 'the answer was lost', { executed: 'unknown' });
    }
    if (this.resolvesAfterMs > 0) {
      options.onDoubt?.();
      await this.#clock.sleep(this.resolvesAfterMs);
    }
    return {
      acknowledgedAtMs: this.#clock.nowMs(),
      setpointCounter: this.counter,
      resolved: this.resolved || this.resolvesAfterMs > 0,
    };
  }

  #obey(intent: DriveIntent): void {
    switch (intent.kind) {
      case 'enable':
        this.power = 'enabled';
        break;
      case 'disable':
        this.power = 'disabled';
        this.velocity = 0;
        this.target = null;
        break;
      case 'resetFault':
        this.power = 'disabled';
        this.fault = null;
        break;
      case 'moveTo':
        this.#go(intent.target, intent.velocity);
        break;
      case 'arm':
        this.armed = intent;
        break;
      case 'startArmed':
        this.startArmed();
        break;
      case 'disarm':
        this.armed = null;
        break;
      case 'home':
        this.position = intent.position;
        this.referenced = true;
        this.homing = 'attained';
        break;
      case 'setPosition':
        this.position = intent.position;
        this.target = null;
        this.referenced = true;
        break;
      case 'halt':
        this.velocity = 0;
        this.target = null;
        break;
      case 'moveVelocity':
        this.velocity = intent.velocity;
        this.target = null;
        break;
      case 'quickStop':
        throw new Error(`the fake drive has no ${intent.kind}`);
    }
  }

  startArmed(): void {
    if (this.armed === null) return;
    this.#advance();
    this.#go(this.armed.target, this.armed.velocity);
    this.armed = null;
  }

  #go(target: number, velocity: number): void {
    this.target = target;
    this.targetReached = target === this.position;
    this.velocity = Math.sign(target - this.position) * velocity;
    this.counter++;
  }

  #advance(): void {
    const elapsedMs = this.#clock.nowMs() - this.#updatedAtMs;
    this.#updatedAtMs = this.#clock.nowMs();
    if (this.target === null || this.isHeld) return;
    const next = this.position + (this.velocity * elapsedMs) / 1000;
    const isThere = this.never !== 'stops' && Math.sign(this.target - next) !== Math.sign(this.velocity);
    this.position = isThere ? this.target : next;
    if (!isThere) return;
    this.velocity = 0;
    this.targetReached = true;
  }

  #poll(): void {
    if (!this.#open) return;
    this.#clock.after(this.pollMs, () => {
      if (this.answers && this.#link.state === 'online') this.#sample();
      this.#poll();
    });
  }

  #sample(): void {
    this.#advance();
    const sample: DriveSample = {
      state: this.#state(),
      sampledAtMs: this.#clock.nowMs(),
      sampledAtUnixMs: this.#clock.unixMs(),
      number: ++this.#number,
    };
    this.#latest = sample;
    for (const give of this.#waiting.splice(0)) give(sample);
    this.#listener?.sample(sample);
  }

  #state(): DriveState {
    return {
      power: this.power,
      position: this.#hasPosition ? Counts(Math.round(this.position)) : null,
      velocity: this.#hasPosition ? this.velocity : null,
      followingError: this.#hasPosition ? Counts(0) : null,
      torque: 0,
      temperature: 30,
      supplyVoltage: 24,
      moving: this.velocity !== 0,
      targetReached: this.never !== 'arrives' && this.targetReached,
      setpointCounter: this.counter,
      homing: this.homing,
      referenced: this.referenced,
      internalLimit: false,
      limits: this.limits,
      fault: this.fault,
      warning: this.warning,
      bootCounter: this.bootCounter,
    };
  }
}
