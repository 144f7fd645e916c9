import type { Lane } from './line.ts';
import type { Transaction } from './transaction.ts';

const laneOrder: readonly Lane[] = ['stop', 'trigger', 'write', 'fast', 'slow'];

/** First come, first served within a lane. A head index spares moving the array at every request. */
class Fifo {
  #items: (Transaction | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  push(item: Transaction): void {
    this.#items.push(item);
  }

  unshift(item: Transaction): void {
    if (this.#head > 0) this.#items[--this.#head] = item;
    else this.#items.unshift(item);
  }

  peek(): Transaction | undefined {
    return this.#items[this.#head];
  }

  shift(): Transaction | undefined {
    // One request at a time is the rule: to pop it keeps the array's memory, to empty the array gives that away.
    if (this.#head === 0 && this.#items.length === 1) return this.#items.pop();
    const item = this.#items[this.#head];
    if (item === undefined) return undefined;
    this.#items[this.#head++] = undefined;
    if (this.#head === this.#items.length) {
      this.#items.length = 0;
      this.#head = 0;
    } else if (this.#head > 1024) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}

/** What waits for the line: stop > trigger > write > fast > slow, each lane bounded. */
export class RequestQueue {
  readonly #depth: number;
  readonly #lanes: Readonly<Record<Lane, Fifo>> = {
    stop: new Fifo(),
    trigger: new Fifo(),
    write: new Fifo(),
    fast: new Fifo(),
    slow: new Fifo(),
  };
  readonly #inOrder = laneOrder.map((lane) => this.#lanes[lane]);
  #length = 0;

  /** @param depth most requests that may wait in one lane */
  constructor(depth: number) {
    this.#depth = depth;
  }

  get length(): number {
    return this.#length;
  }

  /** False when the lane is full. */
  add(transaction: Transaction): boolean {
    const lane = this.#lanes[transaction.lane];
    if (lane.length >= this.#depth) return false;
    lane.push(transaction);
    this.#length++;
    return true;
  }

  take(): Transaction | undefined {
    if (this.#length === 0) return undefined;
    for (const lane of this.#inOrder) if (lane.length > 0) return this.#shift(lane);
    return undefined;
  }

  get hasStopFrame(): boolean {
    return this.#lanes.stop.peek()?.isRead === false;
  }

  /** What waits is polls, and nothing else. */
  get hasOnlyPolls(): boolean {
    const { fast, slow } = this.#lanes;
    return this.#length > 0 && this.#length === fast.length + slow.length;
  }

  /** Taken, but something must go before it. */
  putBack(transaction: Transaction): void {
    this.#lanes[transaction.lane].unshift(transaction);
    this.#length++;
  }

  /** The next stop frame, if the first of its lane is no read: what may be sent while the line must not be believed. */
  takeStopFrame(): Transaction | undefined {
    return this.hasStopFrame ? this.#shift(this.#lanes.stop) : undefined;
  }

  /** Empties the lanes, all or all but the stops. */
  *drain(which: 'all' | 'not-stop'): Generator<Transaction> {
    for (const lane of laneOrder) {
      if (which === 'not-stop' && lane === 'stop') continue;
      for (let next = this.#shift(this.#lanes[lane]); next; next = this.#shift(this.#lanes[lane])) yield next;
    }
  }

  #shift(lane: Fifo): Transaction | undefined {
    const next = lane.shift();
    if (next !== undefined) this.#length--;
    return next;
  }
}
