import { DriverError, isDriverError, type Clock } from '../base/index.ts';
import type { Lane, ModbusLine, RequestOptions } from '../modbus/index.ts';
import {
  decodeBlock,
  deniedWrite,
  planReads,
  wireCostOf,
  type Profile,
  type ReadBlock,
  type SignalName,
  type Signals,
  type WriteBlock,
} from '../profile/index.ts';
import { readManners, writeManners } from './request-manners.ts';

/** Canonical values and when they were asked for. */
export interface Reading {
  readonly values: Signals;
  /** Counts the reads of this drive in the order in which their first bytes left. */
  readonly order: number;
  /** Monotonic instant of the last answer. */
  readonly answeredAtMs: number;
}

export type WriteOptions = Pick<RequestOptions, 'stillWanted' | 'notAfterMs' | 'executedIfLost'> & {
  readonly lane: Lane;
};

export interface UnitOnLine {
  readonly line: ModbusLine;
  readonly unit: number;
  readonly profile: Profile;
  readonly clock: Clock;
}

/** The registers of one unit, by signal. One call is one frame for each block; nothing is repeated here. */
export class RegisterPort {
  readonly #at: UnitOnLine;
  readonly #plans: (signals: readonly SignalName[]) => readonly ReadBlock[];
  #order = 0;
  #controlword: number | undefined;
  /** Which table of `either` answered last. */
  #table: 'holding' | 'input' = 'holding';

  constructor(at: UnitOnLine) {
    this.#at = at;
    this.#plans = createPlans(at.profile);
  }

  async read(signals: readonly SignalName[], lane: Lane, stillWanted?: () => boolean): Promise<Reading> {
    let values: Signals = {};
    let order: number | undefined;
    const asked = (): boolean => {
      order ??= ++this.#order;
      return stillWanted?.() ?? true;
    };
    for (const block of this.#plans(signals)) {
      values = { ...values, ...(await this.#readBlock(block, lane, asked)) };
    }
    return { values, order: order ?? this.#order, answeredAtMs: this.#at.clock.nowMs() };
  }

  async write({ address, words, signals, functionCode }: WriteBlock, how: WriteOptions): Promise<void> {
    const { line, unit, profile } = this.#at;
    const denied = deniedWrite(profile, address, words);
    if (denied !== null) throw new DriverError('UNSUPPORTED', denied, { unit });
    const isControlword = signals.includes('controlword');
    try {
      await line.write({ unit, address, values: words, functionCode }, { ...how, ...writeManners(profile) });
      if (isControlword) this.#controlword = words[0];
    } catch (error) {
      if (isControlword && !hasNotLeft(error)) this.#controlword = undefined;
      throw error;
    }
  }

  /** The read order reached: a reading with a greater one was sent later than now. */
  lastOrder(): number {
    return this.#order;
  }

  canRead(signal: SignalName): boolean {
    return (this.#at.profile.registers[signal]?.access ?? 'write') !== 'write';
  }

  /** What the master wrote last into the controlword, as long as that is certain. */
  controlword(): number | undefined {
    return this.#controlword;
  }

  forgetControlword(): void {
    this.#controlword = undefined;
  }

  async #readBlock(block: ReadBlock, lane: Lane, stillWanted: () => boolean): Promise<Signals> {
    const { line, unit, profile } = this.#at;
    const { address, count } = block;
    const options = { lane, ...readManners(profile), stillWanted, executedIfLost: 'no' } as const;
    const ask = async (table: 'holding' | 'input'): Promise<Signals> =>
      decodeBlock(block, await line.read({ unit, table, address, count }, options));
    if (block.table !== 'either') return ask(block.table);
    try {
      return await ask(this.#table);
    } catch (error) {
      if (!isDriverError(error, 'EXCEPTION')) throw error;
      // some firmwares show these registers as input registers only
      const other = this.#table === 'holding' ? 'input' : 'holding';
      const values = await ask(other);
      this.#table = other;
      return values;
    }
  }
}

/** Dropped in the queue: the drive has not seen it. */
const hasNotLeft = (error: unknown): boolean =>
  error instanceof DriverError && ['FENCED', 'EXPIRED', 'QUEUE_FULL', 'LINE_QUALITY'].includes(error.code);

/** Read plans by the signals they bring; there are few different lists. */
function createPlans(profile: Profile): (signals: readonly SignalName[]) => readonly ReadBlock[] {
  const known = new Map<string, readonly ReadBlock[]>();
  const wire = wireCostOf(profile);
  return (signals) => {
    const key = signals.join();
    const plan = known.get(key) ?? planReads(profile, signals, wire);
    known.set(key, plan);
    return plan;
  };
}
