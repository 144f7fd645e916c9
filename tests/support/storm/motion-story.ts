import type { FrameEntry, LedgerEntry, MotionEntry } from '../../../simulator/ledger.ts';

/** What set a shaft moving or changed its course, read from the frames that its drive took in. */
export type Reason =
  /** The edge that takes a set-point, and where to. */
  | { readonly kind: 'set-point'; readonly targetCounts: number }
  /** A ramp down: stop, halt, power off, watchdog, fault. */
  | { readonly kind: 'brake' }
  | { readonly kind: 'unexplained'; readonly detail: string };

export interface Motion {
  readonly drive: string;
  readonly kind: 'start' | 'change' | 'stop';
  readonly atMs: number;
  readonly positionCounts: number;
  readonly reason: Reason;
}

/** A controlword as it was written. */
export interface ControlWrite {
  readonly drive: string;
  readonly atMs: number;
  readonly word: number;
}

/** Registers of the drives' profile (kpower-reference), written down a second time: the oracle reads no tables. */
const CONTROLWORD = 0x20;
const TARGET_HIGH = 0x22;
const TARGET_LOW = 0x23;
const NEW_SETPOINT = 0x0010;
const HALT = 0x0100;
/** Bits 0 to 3 of the controlword: all are high while the drive may move (CiA 402, Operation enabled). */
const OPERATING = 0x000f;

interface Seen {
  readonly word: number;
  readonly wordBefore: number;
  readonly targetCounts: number;
}

/** Follows the ledger entry by entry and says of each motion why it is. */
export class MotionStory {
  readonly motions: Motion[] = [];
  readonly controls: ControlWrite[] = [];
  readonly #registers = new Map<string, Map<number, number>>();
  readonly #seen = new Map<number, Seen>();

  follow(entries: readonly LedgerEntry[]): void {
    // a frame comes before the motion that it causes
    for (const entry of entries.toSorted((a, b) => a.seq - b.seq)) {
      if (entry.kind === 'frame') this.#take(entry);
      else this.motions.push(this.#motionOf(entry));
    }
  }

  #take({ seq, atMs, drive, address, values, exception }: FrameEntry): void {
    if (values === null || exception !== 0) return;
    const registers = this.#registers.get(drive) ?? new Map<number, number>();
    this.#registers.set(drive, registers);
    const wordBefore = registers.get(CONTROLWORD) ?? 0;
    for (const [index, value] of values.entries()) registers.set(address + index, value);
    const word = registers.get(CONTROLWORD) ?? 0;
    const isControl = address <= CONTROLWORD && CONTROLWORD < address + values.length;
    if (isControl) this.controls.push({ drive, atMs, word });
    this.#seen.set(seq, { word, wordBefore, targetCounts: targetOf(registers) });
  }

  #motionOf({ drive, kind, atMs, to, cause }: MotionEntry): Motion {
    return { drive, kind, atMs, positionCounts: to, reason: this.#reasonOf(kind, cause) };
  }

  #reasonOf(kind: MotionEntry['kind'], cause: MotionEntry['cause']): Reason {
    if (cause.by !== 'frame') {
      return kind === 'start' ? { kind: 'unexplained', detail: `began by ${cause.by}` } : { kind: 'brake' };
    }
    const seen = this.#seen.get(cause.frame);
    if (seen === undefined) return { kind: 'unexplained', detail: `frame ${cause.frame} wrote nothing` };
    const { word, wordBefore, targetCounts } = seen;
    const isOperating = (word & OPERATING) === OPERATING && (word & HALT) === 0;
    if (!isOperating) return { kind: 'brake' };
    const isEdge = (word & NEW_SETPOINT) !== 0 && (wordBefore & NEW_SETPOINT) === 0;
    if (isEdge) return { kind: 'set-point', targetCounts };
    return { kind: 'unexplained', detail: `controlword ${word.toString(16)} after ${wordBefore.toString(16)}` };
  }
}

function targetOf(registers: ReadonlyMap<number, number>): number {
  return ((registers.get(TARGET_HIGH) ?? 0) << 16) | (registers.get(TARGET_LOW) ?? 0);
}
