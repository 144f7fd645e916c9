import type { Clock, Random } from '../../drivers/base/index.ts';
import { goodAnswer } from '../drivers/modbus/line-bench.ts';

/**
 * A line with late answers. `queueing` is a gateway or serial server that answers everything in order, however late;
 * `dropping` is a drive that ignores what comes while it is busy.
 */
export interface LateLine {
  readonly kind: 'queueing' | 'dropping';
  readonly lateShare: number;
  readonly promptMs: number;
  /** A late answer takes a time between these two. */
  readonly lateMs: readonly [number, number];
  readonly clock: Clock;
  readonly random: Random;
  readonly answer: (bytes: Uint8Array) => void;
}

/** Gives the function that takes requests. */
export function createLateLine(line: LateLine): (request: Uint8Array) => void {
  const { clock, random } = line;
  let busyUntilMs = 0;
  return (request) => {
    const nowMs = clock.nowMs();
    if (line.kind === 'dropping' && nowMs < busyUntilMs) return;
    const [soonestMs, latestMs] = line.lateMs;
    const isLate = random() < line.lateShare;
    const takesMs = isLate ? soonestMs + random() * (latestMs - soonestMs) : line.promptMs;
    busyUntilMs = Math.max(nowMs, busyUntilMs) + takesMs;
    const answer = goodAnswer(request);
    clock.after(busyUntilMs - nowMs, () => line.answer(answer));
  };
}
