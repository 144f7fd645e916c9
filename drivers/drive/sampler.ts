import { DriverError, isDriverError, type Clock } from '../base/index.ts';
import type { Lane } from '../modbus/index.ts';
import { polledSignals, type Profile, type SignalName, type Signals } from '../profile/index.ts';
import type { Scheme } from '../schemes/index.ts';
import type { DriveSample } from './drive.ts';
import type { Reading, RegisterPort } from './register-port.ts';
import type { StatusReader } from './status-reader.ts';

/** A sample together with the values it was made of. */
export interface Taken {
  readonly sample: DriveSample;
  readonly signals: Signals;
  /** When the values were asked for; the sample may be a younger one. */
  readonly askedAtMs: number;
}

interface Waiter {
  readonly afterOrder: number;
  readonly resolve: (sample: DriveSample) => void;
  readonly reject: (error: DriverError) => void;
}

export interface SamplerParts {
  readonly port: RegisterPort;
  readonly status: StatusReader;
  readonly profile: Profile;
  readonly scheme: Scheme;
  readonly clock: Clock;
  readonly publish: (sample: DriveSample) => void;
}

/** Turns reads of the status block into numbered samples, whoever asked for the read. */
export class Sampler {
  readonly #parts: SamplerParts;
  readonly #slowSignals: readonly SignalName[];
  readonly #waiters = new Set<Waiter>();
  #slow: Signals = {};
  #latest: Taken | null = null;
  #number = 0;
  /** Order of the reading that was published last. */
  #newest = 0;

  constructor(parts: SamplerParts) {
    this.#parts = parts;
    this.#slowSignals = polledSignals(parts.profile, 'slow');
  }

  /** Reads the fast signals, and `also` in the same turn, and publishes the sample. Rejects with DriverError. */
  async take(lane: Lane, also: readonly SignalName[] = []): Promise<Taken> {
    const reading = await this.#parts.status.read(also, lane);
    const further = this.#furtherOf(reading.values);
    if (further.length === 0) return this.#publish(reading);
    const more = await this.#readFurther(further, lane);
    return this.#publish({ ...reading, values: { ...reading.values, ...more } });
  }

  /** Takes a sample, or waits for the one that another drive of the unit is just reading for both. */
  async poll(): Promise<void> {
    const underWay = this.#parts.status.underWay();
    if (underWay === null) await this.take('fast');
    else await underWay;
  }

  /** A reading that was taken for another drive of the unit, and serves this one as well. */
  offer(reading: Reading): void {
    this.#publish(reading);
  }

  /** Who asked for a reading that a younger one has overtaken gets the younger one's sample; it is published no second time. */
  #publish({ values, order, askedAtMs }: Reading): Taken {
    const { profile, scheme, clock, publish } = this.#parts;
    // not a second spread: that one would define property after property, with every sample
    const signals: Signals = Object.assign({ ...this.#slow }, values);
    if (this.#latest !== null && order < this.#newest) return { sample: this.#latest.sample, signals, askedAtMs };
    const sample = {
      state: scheme.toDriveState(signals, profile),
      sampledAtMs: askedAtMs,
      sampledAtUnixMs: clock.unixMs() - (clock.nowMs() - askedAtMs),
      number: ++this.#number,
    };
    this.#newest = order;
    this.#latest = { sample, signals, askedAtMs };
    for (const waiter of this.#waiters) if (order > waiter.afterOrder) waiter.resolve(sample);
    publish(sample);
    return this.#latest;
  }

  /** What was read asks for more. */
  #furtherOf(values: Signals): readonly SignalName[] {
    const { profile, scheme } = this.#parts;
    return scheme.furtherReads?.(values, profile).filter((signal) => values[signal] === undefined) ?? [];
  }

  /** A missed value stays away. */
  async #readFurther(asked: readonly SignalName[], lane: Lane): Promise<Signals> {
    try {
      return (await this.#parts.port.read(asked, lane)).values;
    } catch (error) {
      if (!isDriverError(error)) throw error;
      return {};
    }
  }

  /** A missed value stays away; whether the drive is there, the fast polls say. */
  async takeSlow(): Promise<void> {
    if (this.#slowSignals.length === 0) return;
    try {
      this.#slow = (await this.#parts.port.read(this.#slowSignals, 'fast')).values;
    } catch (error) {
      if (!isDriverError(error)) throw error;
      this.#slow = {};
    }
  }

  latest(): Taken | null {
    return this.#latest;
  }

  /** The first sample whose read is sent after this call. */
  fresh(timeoutMs: number): Promise<DriveSample> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        cancel();
        this.#waiters.delete(waiter);
      };
      const waiter: Waiter = {
        afterOrder: this.#parts.port.lastOrder(),
        resolve: (sample) => (settle(), resolve(sample)),
        reject: (error) => (settle(), reject(error)),
      };
      const cancel = this.#parts.clock.after(timeoutMs, () =>
        waiter.reject(new DriverError('TIMEOUT', `no fresh sample within ${timeoutMs} ms`)),
      );
      this.#waiters.add(waiter);
    });
  }

  /** Whether somebody waits for the next sample: it is of use now, not when a poll is due. */
  isAwaited(): boolean {
    return this.#waiters.size > 0;
  }

  /** Forgets slow values and ends every wait: the drive is gone. */
  lose(reason: DriverError): void {
    this.#slow = {};
    for (const waiter of this.#waiters) waiter.reject(reason);
  }
}
