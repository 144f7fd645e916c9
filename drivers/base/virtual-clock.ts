import { checkDelay, sleepWith, type Cancel, type Clock } from './clock.ts';

/** A clock that moves only when told: one seed, one history. */
export interface VirtualClock extends Clock {
  /**
   * Runs every timer due within the next `durationMs`, in order of time and then of creation. Between two instants the
   * promises that the timers settled are let through, so that code awaiting them acts at its own instant.
   */
  advance(durationMs: number): Promise<void>;
}

interface Timer {
  readonly atMs: number;
  readonly order: number;
  /** Null once cancelled. */
  run: (() => void) | null;
}

const isBefore = (a: Timer, b: Timer): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);

/** One turn of the event loop: all pending promise reactions have run when it resolves. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** @param startUnixMs what `unixMs` reads at the beginning; `nowMs` begins at 0 */
export function createVirtualClock(startUnixMs = 1_763_800_000_000): VirtualClock {
  const heap = createTimerHeap();
  let nowMs = 0;
  let created = 0;

  function after(delayMs: number, run: () => void): Cancel {
    checkDelay(delayMs);
    const timer: Timer = { atMs: nowMs + Math.max(0, delayMs), order: created++, run };
    heap.push(timer);
    return () => {
      timer.run = null;
    };
  }

  async function advance(durationMs: number): Promise<void> {
    const untilMs = nowMs + durationMs;
    await settle();
    for (let next = heap.peek(); next !== undefined && next.atMs <= untilMs; next = heap.peek()) {
      heap.pop();
      if (next.run === null) continue;
      nowMs = next.atMs;
      next.run();
      if (heap.peek()?.atMs !== nowMs) await settle();
    }
    nowMs = untilMs;
  }

  return { nowMs: () => nowMs, unixMs: () => startUnixMs + nowMs, after, sleep: sleepWith(after), advance };
}

function createTimerHeap(): { push(timer: Timer): void; pop(): void; peek(): Timer | undefined } {
  const items: Timer[] = [];
  const at = (index: number): Timer => items[index] as Timer;
  const swap = (a: number, b: number): void => {
    const kept = at(a);
    items[a] = at(b);
    items[b] = kept;
  };
  return {
    peek: () => items[0],
    push(timer) {
      items.push(timer);
      let index = items.length - 1;
      while (index > 0 && isBefore(at(index), at((index - 1) >> 1))) {
        swap(index, (index - 1) >> 1);
        index = (index - 1) >> 1;
      }
    },
    pop() {
      swap(0, items.length - 1);
      items.pop();
      for (let index = 0; ;) {
        const left = 2 * index + 1;
        if (left >= items.length) return;
        const least = left + 1 < items.length && isBefore(at(left + 1), at(left)) ? left + 1 : left;
        if (!isBefore(at(least), at(index))) return;
        swap(index, least);
        index = least;
      }
    },
  };
}
