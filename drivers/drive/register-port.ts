import { DriverError, isDriverError, type Clock } from '../base/index.ts';
import type { Lane, ModbusLine, RequestOptions } from '../modbus/index.ts';
import {
  decodeBlock,
  deniedWrite,
  planReads,
  wireCostOf,
  type ChannelName,
  type ChannelReadBlock,
  type Profile,
  type ReadBlock,
  type SignalName,
  type Signals,
  type WriteBlock,
} from '../profile/index.ts';
import { readManners, writeManners, type Manners } from './request-manners.ts';

/** Canonical values and when they were asked for. */
export interface Reading {
  readonly values: Signals;
  /** Counts the reads of this drive in the order in which their first bytes left. */
  readonly order: number;
  /** Monotonic instant at which the first block was asked for: nothing of what was read is older. */
  readonly askedAtMs: number;
}

export type WriteOptions = Pick<RequestOptions, 'stillWanted' | 'notAfterMs' | 'executedIfLost'> & {
  readonly lane: Lane;
};

export interface UnitOnLine {
  readonly line: ModbusLine;
  readonly unit: number;
  readonly profile: Profile;
  readonly clock: Clock;
  /** The two drives of one unit share it, because a read of one may serve both. */
  readonly reads?: Reads | undefined;
}

/** Counts what is read of a unit. */
export interface Reads {
  count: number;
  /** Reads that nobody answered. */
  unanswered: number;
}

type Decode<Block> = (block: Block, words: readonly number[]) => void;
type Placed = ReadBlock & { readonly of: ChannelReadBlock };

/** The registers of one unit, by signal. One call is one frame for each block; nothing is repeated here. */
export class RegisterPort {
  readonly #at: UnitOnLine;
  readonly #plans: ReadPlans;
  readonly #manners: { readonly read: Manners; readonly write: Manners };
  readonly #reads: Reads;
  #controlword: number | undefined;
  /** Which table of `either` answered last. */
  #table: 'holding' | 'input' = 'holding';

  constructor(at: UnitOnLine) {
    this.#at = at;
    this.#reads = at.reads ?? { count: 0, unanswered: 0 };
    this.#plans = readPlansOf(at.profile);
    this.#manners = { read: readManners(at.profile), write: writeManners(at.profile) };
  }

  async read(signals: readonly SignalName[], lane: Lane, stillWanted?: () => boolean): Promise<Reading> {
    const values: Signals = {};
    const decode = (block: ReadBlock, words: readonly number[]): void => {
      Object.assign(values, decodeBlock(block, words));
    };
    const when = await this.#readAll(this.#plans(signals), { lane, stillWanted, decode });
    return { values, ...when };
  }

  /** The status of both axes of the unit: a reading for each. */
  async readChannels(blocks: readonly ChannelReadBlock[], lane: Lane): Promise<Readonly<Record<ChannelName, Reading>>> {
    const values: Record<ChannelName, Signals> = { left: {}, right: {} };
    const decode = (block: Placed, words: readonly number[]): void => {
      for (const channel of ['left', 'right'] as const)
        values[channel] = { ...values[channel], ...decodeBlock(block.of[channel], words) };
    };
    const places = blocks.map((of) => ({ ...of.left, of }));
    const when = await this.#readAll(places, { lane, stillWanted: undefined, decode });
    return { left: { values: values.left, ...when }, right: { values: values.right, ...when } };
  }

  async #readAll<Block extends ReadBlock>(
    blocks: readonly Block[],
    how: { lane: Lane; stillWanted: (() => boolean) | undefined; decode: Decode<Block> },
  ): Promise<Omit<Reading, 'values'>> {
    const { clock } = this.#at;
    let first: Omit<Reading, 'values'> | undefined;
    // between two blocks the line may be held up for a second, and an answer may lie unread while the process is stopped
    const asked = (): boolean => {
      first ??= { order: ++this.#reads.count, askedAtMs: clock.nowMs() };
      return how.stillWanted?.() ?? true;
    };
    try {
      for (const block of blocks) how.decode(block, await this.#readBlock(block, how.lane, asked));
    } catch (error) {
      if (isDriverError(error, 'TIMEOUT')) this.#reads.unanswered++;
      throw error;
    }
    return first ?? { order: this.#reads.count, askedAtMs: clock.nowMs() };
  }

  async write({ address, words, signals, functionCode }: WriteBlock, how: WriteOptions): Promise<void> {
    const { line, unit, profile } = this.#at;
    const denied = deniedWrite(profile, address, words);
    if (denied !== null) throw new DriverError('UNSUPPORTED', denied, { unit });
    const isControlword = signals.includes('controlword');
    try {
      await line.write({ unit, address, values: words, functionCode }, { ...how, ...this.#manners.write });
      if (isControlword) this.#controlword = words[0];
    } catch (error) {
      if (isControlword && !hasNotLeft(error)) this.#controlword = undefined;
      throw error;
    }
  }

  /** The read order reached: a reading with a greater one was sent later than now. */
  lastOrder(): number {
    return this.#reads.count;
  }

  /** How many reads nobody has answered so far. */
  unanswered(): number {
    return this.#reads.unanswered;
  }

  canRead(signal: SignalName): boolean {
    return (this.#at.profile.registers[signal]?.access ?? 'write') !== 'write';
  }

  /** What the master wrote last into the controlword, as long as that is certain; what is polled anyway is not remembered. */
  controlword(): number | undefined {
    return this.#at.profile.registers.controlword?.poll === 'fast' ? undefined : this.#controlword;
  }

  forgetControlword(): void {
    this.#controlword = undefined;
  }

  /** Between an answer and the next frame every turn of the promise queue counts: there is none here but the line's own. */
  #readBlock(block: ReadBlock, lane: Lane, stillWanted: () => boolean): Promise<readonly number[]> {
    const { line, unit } = this.#at;
    const { table, address, count } = block;
    const options = { lane, ...this.#manners.read, stillWanted, executedIfLost: 'no' } as const;
    if (table !== 'either') return line.read({ unit, table, address, count }, options);
    return this.#readEither((own) => line.read({ unit, table: own, address, count }, options));
  }

  async #readEither(ask: (table: 'holding' | 'input') => Promise<readonly number[]>): Promise<readonly number[]> {
    try {
      return await ask(this.#table);
    } catch (error) {
      if (!isDriverError(error, 'EXCEPTION')) throw error;
      // some firmwares show these registers as input registers only
      const other = this.#table === 'holding' ? 'input' : 'holding';
      const words = await ask(other);
      this.#table = other;
      return words;
    }
  }
}

/** Dropped in the queue: the drive has not seen it. */
const hasNotLeft = (error: unknown): boolean =>
  error instanceof DriverError && ['FENCED', 'EXPIRED', 'QUEUE_FULL', 'LINE_QUALITY'].includes(error.code);

type ReadPlans = (signals: readonly SignalName[]) => readonly ReadBlock[];

const plansOf = new WeakMap<Profile, ReadPlans>();

/** A plan follows from its profile alone, so that all drives of a model share it. */
function readPlansOf(profile: Profile): ReadPlans {
  const plans = plansOf.get(profile) ?? createPlans(profile);
  plansOf.set(profile, plans);
  return plans;
}

/** By the signals they bring; there are few different lists. */
function createPlans(profile: Profile): ReadPlans {
  const known = new Map<string, readonly ReadBlock[]>();
  const wire = wireCostOf(profile);
  return (signals) => {
    const key = signals.join();
    const plan = known.get(key) ?? planReads(profile, signals, wire);
    known.set(key, plan);
    return plan;
  };
}
