import type { DriveConfig } from '../../config/index.ts';
import {
  axisNowOf,
  InterlockGuard,
  type AxisNow,
  type Interlock,
  type MotionOrder,
  type Permission,
} from '../../config/interlocks/index.ts';
import type { Clock } from '../../drivers/base/index.ts';
import { problem, Refusal, type DriveStateMessage } from '../contracts/index.ts';
import { freshForMs } from './domain/axis-state.ts';

/** What of an axis the interlocks of its line need. */
interface InterlockedAxis {
  state(): DriveStateMessage;
  isAtRest(): boolean;
  halt(cause: string): void;
}

interface Parts {
  readonly interlocks: readonly Interlock[];
  readonly drives: readonly DriveConfig[];
  readonly axisOf: (drive: string) => InterlockedAxis | undefined;
  readonly clock: Clock;
}

/** From the reading that shows what is wrong to the frame of the halt: what the line is busy with goes first. */
const HALT_ACTS_WITHIN_MS = 100;

/** The interlocks whose drives all hang on one line: they hold whoever commands, also while there is no orchestrator. */
export class LineInterlocks {
  readonly #guard: InterlockGuard;
  readonly #parts: Parts;
  /** Of one question: within it nothing changes, and a state takes its time to build. */
  readonly #seen = new Map<string, AxisNow | null>();

  constructor(parts: Parts) {
    const { drives, clock } = parts;
    const here = new Set(drives.map(({ id }) => id));
    this.#parts = parts;
    this.#guard = new InterlockGuard({
      interlocks: parts.interlocks.filter((interlock) => interlock.drives.every((drive) => here.has(drive))),
      bounds: new Map(drives.map(({ id, axis, poll }) => [id, { ...axis, latencyS: latencyS(poll) }])),
      nowMs: () => clock.nowMs(),
      now: (drive) => this.#now(drive),
    });
  }

  /** @throws Refusal interlock */
  permit(drive: string, order: MotionOrder): Permission {
    this.#seen.clear();
    const admitted = this.#guard.admit(drive, order);
    if (admitted.ok) return admitted.permission;
    throw new Refusal(problem('interlock', admitted.detail, { drive }));
  }

  /** Something of a drive has changed: what breaks an interlock halts. */
  changed(drive: string): void {
    this.#seen.clear();
    for (const { words, movers } of this.#guard.broken(drive)) {
      for (const mover of movers) this.#parts.axisOf(mover)?.halt(`interlock ${words}`);
    }
  }

  #now(drive: string): AxisNow | null {
    const known = this.#seen.get(drive);
    if (known !== undefined) return known;
    const axis = this.#parts.axisOf(drive);
    const config = this.#parts.drives.find(({ id }) => id === drive);
    const seen = axis === undefined || config === undefined ? null : axis.state();
    const now = config === undefined ? null : axisNowOf(seen, config.axis, this.#parts.clock.nowMs());
    const own = now === null ? null : { ...now, atRest: axis?.isAtRest() === true };
    this.#seen.set(drive, own);
    return own;
  }
}

const latencyS = ({ movingMs }: DriveConfig['poll']): number => (freshForMs(movingMs) + HALT_ACTS_WITHIN_MS) / 1000;
