import type { InterlockGuard } from '../../../config/interlocks/index.ts';
import type { Logger } from '../../platform/process/index.ts';
import type { Clock } from '../time.ts';
import type { Readings } from './readings.ts';

interface Parts {
  readonly guard: InterlockGuard;
  readonly readings: Readings;
  /** All that an interlock names. */
  readonly drives: ReadonlySet<string>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly everyMs: number;
  readonly halt: (drive: string, how: 'halt' | 'disarm') => Promise<void>;
  readonly isInCharge: () => boolean;
}

/** Looks at the drives again and again for as long as something of them is under way, and halts what breaks an interlock. */
export interface Watch {
  begin(): void;
  readonly close: () => void;
}

/** A halt that was sent is given this long before it is sent again: it may have overtaken what it was to end. */
const HALT_AGAIN_MS = 250;

export function createWatch(parts: Parts): Watch {
  const { guard, readings, drives, clock, logger, everyMs, isInCharge } = parts;
  const end = new AbortController();
  const haltedAtMs = new Map<string, number>();
  let isRunning = false;
  let isWanted = false;

  function halt(drive: string, words: string): void {
    if (clock.nowMs() - (haltedAtMs.get(drive) ?? -Infinity) < HALT_AGAIN_MS) return;
    haltedAtMs.set(drive, clock.nowMs());
    logger.warn({ drive, interlock: words }, 'an interlock does not hold: what moves is halted');
    parts.halt(drive, readings.isArmed(drive) ? 'disarm' : 'halt').catch((error: unknown) => {
      logger.error({ err: error, drive }, 'the halt of an interlock broke');
    });
  }

  async function look(): Promise<void> {
    await readings.ask(drives);
    if (end.signal.aborted || !isInCharge()) return;
    for (const { words, movers } of guard.broken()) for (const mover of movers) halt(mover, words);
  }

  async function run(): Promise<void> {
    while (!end.signal.aborted && isWanted && isInCharge()) {
      isWanted = false;
      await look();
      isWanted ||= guard.isAnythingUnderWay();
      if (isWanted) await clock.sleep(everyMs, end.signal).catch(() => undefined);
    }
  }

  return {
    begin() {
      isWanted = true;
      if (isRunning || drives.size === 0) return;
      isRunning = true;
      void run().finally(() => (isRunning = false));
    },
    close: () => end.abort(new Error('the orchestrator closes')),
  };
}
