import type { FrameEntry } from '../../../simulator/index.ts';
import type { DriveConfig } from '../../../config/index.ts';

/** A frame that a drive took as "go now". Everything in counts. */
export interface Trigger {
  readonly atMs: number;
  /** When its first byte left the process. */
  readonly sentAtMs: number;
  /** Of the process that sent it. */
  readonly life: number;
  readonly seq: number;
  readonly drive: string;
  readonly line: string;
  readonly kind: 'setpoint' | 'relative' | 'homing' | 'group';
  readonly target: number;
  readonly velocity: number;
  readonly acceleration: number;
  readonly deceleration: number;
}

/** What is known beside the ledger. */
export interface Known {
  readonly drives: readonly DriveConfig[];
  blows(what: string, on: string): readonly number[];
  of(kind: 'sent'): readonly {
    readonly atMs: number;
    readonly line: string;
    readonly unit: number;
    readonly life: number;
    readonly what: string;
  }[];
}

/**
 * "Go now" once more is `repeated`; what can only slow a drive down or switch it is `harmless`; what puts power on two
 * motors at once is `enabling`.
 */
export type Meaning = Trigger | 'harmless' | 'repeated' | 'enabling' | null;

/** Reads what a drive takes, in the words of its model. */
export interface FrameReader {
  take(frame: FrameEntry): Meaning;
}

type Words = Pick<Trigger, 'kind' | 'target' | 'velocity' | 'acceleration' | 'deceleration'>;

/** Which process sent the frames that move a drive, and when. */
export class Senders {
  readonly #config: DriveConfig;
  readonly #sent: readonly { readonly atMs: number; readonly unit: number; readonly life: number }[];

  constructor(config: DriveConfig, evidence: Known) {
    this.#config = config;
    this.#sent = evidence.of('sent').filter(({ line, what }) => line === config.line && what === 'trigger');
  }

  trigger({ atMs, seq, unit }: FrameEntry, words: Words): Trigger {
    const sent = this.#sent.findLast((frame) => frame.atMs <= atMs && frame.unit === unit);
    const { id: drive, line } = this.#config;
    return { atMs, sentAtMs: sent?.atMs ?? atMs, life: sent?.life ?? 0, seq, drive, line, ...words };
  }
}
