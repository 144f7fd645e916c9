import { DriverError, type VirtualClock } from '../../../drivers/base/index.ts';
import type {
  Lane,
  LineLoad,
  LineStats,
  LinkState,
  ModbusLine,
  ReadRequest,
  RequestOptions,
  WriteRequest,
} from '../../../drivers/modbus/index.ts';
import type { FakeDrive } from './fake-drive.ts';
import type { Frame } from './fake-frame.ts';

const LANES: readonly Lane[] = ['stop', 'trigger', 'write', 'fast', 'slow'];
const TIMEOUT_MS = 30;

export type Mishap = 'lose-request' | 'lose-answer' | 'exception';

interface Job {
  readonly frame: Omit<Frame, 'atMs'>;
  readonly options: RequestOptions;
  readonly resolve: (words: readonly number[]) => void;
  readonly reject: (error: DriverError) => void;
}

/** A line with lanes and one request in flight, without bytes: each transaction takes `transactionMs`. */
export class FakeLine implements ModbusLine {
  readonly name = 'bench';
  readonly frames: Frame[] = [];
  readonly drives = new Map<number, FakeDrive>();
  transactionMs = 5;
  /** What goes wrong with a frame; asked when it leaves. */
  mishap: (frame: Frame) => Mishap | null = () => null;
  #state: LinkState = 'online';
  readonly #clock: VirtualClock;
  readonly #listeners = new Set<(state: LinkState, reason: string) => void>();
  readonly #jobs: Job[] = [];
  #isBusy = false;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  read({ unit, address, count }: ReadRequest, options: RequestOptions): Promise<readonly number[]> {
    return this.#enqueue({ lane: options.lane, unit, kind: 'read', address, count, values: [] }, options);
  }

  async write({ unit, address, values }: WriteRequest, options: RequestOptions): Promise<void> {
    await this.#enqueue({ lane: options.lane, unit, kind: 'write', address, count: values.length, values }, options);
  }

  raw(): Promise<Uint8Array> {
    return Promise.reject(new DriverError('UNSUPPORTED', 'no raw frames here'));
  }

  state(): LinkState {
    return this.#state;
  }

  setState(state: LinkState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener(state, 'pulled out');
  }

  onState(listener: (state: LinkState, reason: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  stats(): LineStats {
    throw new Error('not asked for here');
  }

  load(): LineLoad {
    throw new Error('not asked for here');
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** How many reads of this unit wait or are under way in the lane. */
  queued(unit: number, lane: Lane): number {
    return this.#jobs.filter((job) => job.frame.unit === unit && job.frame.lane === lane).length;
  }

  writes(): readonly Frame[] {
    return this.frames.filter(({ kind }) => kind === 'write');
  }

  #enqueue(frame: Job['frame'], options: RequestOptions): Promise<readonly number[]> {
    if (this.#state === 'offline') return Promise.reject(new DriverError('OFFLINE', 'the line is offline'));
    return new Promise((resolve, reject) => {
      this.#jobs.push({ frame, options, resolve, reject });
      this.#next();
    });
  }

  #next(): void {
    if (this.#isBusy) return;
    const lane = LANES.find((name) => this.#jobs.some((job) => job.frame.lane === name));
    const index = this.#jobs.findIndex((job) => job.frame.lane === lane);
    const [job] = index < 0 ? [] : this.#jobs.splice(index, 1);
    if (job === undefined) return;
    this.#isBusy = true;
    this.#carryOut(job, (afterMs, settle) =>
      this.#clock.after(afterMs, () => {
        this.#isBusy = false;
        settle();
        this.#next();
      }),
    );
  }

  #carryOut(job: Job, later: (afterMs: number, settle: () => void) => void): void {
    const { frame, options } = job;
    const drop = (code: 'FENCED' | 'EXPIRED'): void =>
      later(0, () => job.reject(new DriverError(code, 'dropped before its first byte left')));
    if (options.stillWanted?.() === false) return drop('FENCED');
    if (this.#clock.nowMs() > (options.notAfterMs ?? Infinity)) return drop('EXPIRED');
    const sent = { ...frame, atMs: this.#clock.nowMs() };
    this.frames.push(sent);
    const mishap = this.mishap(sent);
    const targets = frame.unit === 0 ? [...this.drives.values()] : [this.drives.get(frame.unit)].filter((d) => !!d);
    if (mishap === 'exception') {
      return later(this.transactionMs, () => job.reject(new DriverError('EXCEPTION', 'illegal', { exceptionCode: 2 })));
    }
    const answers = mishap === 'lose-request' ? [] : targets.map((drive) => drive.serve(sent));
    const isAnswered = frame.unit === 0 || (answers.length > 0 && mishap === null);
    if (isAnswered) return later(this.transactionMs, () => job.resolve(answers[0] ?? []));
    const executed = options.executedIfLost ?? (frame.kind === 'read' ? 'no' : 'unknown');
    later(TIMEOUT_MS, () => job.reject(new DriverError('TIMEOUT', `no answer to a ${frame.kind}`, { executed })));
  }
}
