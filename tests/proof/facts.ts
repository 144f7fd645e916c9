import type { DriveCommandName, LineTrigger } from '../../services/contracts/index.ts';

/** What a commander decided to send once, however often the network then delivers it. */
export interface Order {
  readonly number: number;
  readonly from: string;
  readonly drive: string;
  readonly command: DriveCommandName;
  readonly via: 'rest' | 'mqtt';
  readonly body: Readonly<Record<string, unknown>>;
  /** Published so that the broker keeps it, by mistake. */
  readonly isRetained: boolean;
  readonly atMs: number;
  /** When the epoch was read that it names; null when it names none. */
  readonly epochReadAtMs: number | null;
}

/** An order handed to a device process; the answer comes later, or never. */
export interface Delivery {
  readonly kind: 'delivery';
  readonly atMs: number;
  readonly order: Order;
  readonly how: 'sent' | 'duplicate' | 'replayed' | 'retained';
  readonly line: string;
  /** Which life of the device process took it; the first is 1. */
  readonly life: number;
  /** The wall clock of that machine. */
  readonly unixMs: number;
  /** Where the shaft truly was, counts of the drive. */
  readonly shaft: number;
  /** And how fast, signed, counts/s. */
  readonly speed: number;
  answer: 'none' | 'accepted' | 'refused';
  code: string | null;
}

/** A command on its way from the broker to a device process. */
export interface Mail {
  readonly order: Order;
  /** Hands it over now; may be called again. Does nothing once the process is dead. */
  readonly deliver: (how: Delivery['how']) => void;
}

/** The device process said that a command has ended, or was refused. */
export interface Report {
  readonly kind: 'report';
  readonly atMs: number;
  readonly drive: string;
  readonly id: string | null;
  readonly command: string;
  readonly status: string;
  readonly code: string | null;
  readonly stop: 'confirmed' | 'unconfirmed' | null;
  readonly shaft: number;
  /** counts/s */
  readonly speed: number;
}

/** A position that was published, against where the shaft was when it was asked for and is now; counts. */
interface Reading {
  readonly kind: 'reading';
  readonly atMs: number;
  readonly drive: string;
  readonly said: number;
  readonly whenAsked: number;
  readonly now: number;
}

interface Edge {
  readonly kind: 'edge';
  readonly atMs: number;
  readonly drive: string;
  readonly from: string;
  readonly to: string;
  /** How fast the shaft truly was, counts/s. */
  readonly speed: number;
}

/** A lease was granted, prolonged or ended. */
export interface LeaseFact {
  readonly kind: 'lease';
  readonly atMs: number;
  readonly drive: string;
  readonly owner: string;
  /** Null when it ended. */
  readonly token: string | null;
  readonly untilMs: number;
}

/** Something happened to the world. `on` is a line, a drive or "broker". */
interface Blow {
  readonly kind: 'blow';
  readonly atMs: number;
  readonly what: string;
  readonly on: string;
  readonly detail?: string;
}

/** The device process of a line was told to start what is armed. */
export interface Commit {
  readonly kind: 'commit';
  readonly atMs: number;
  readonly line: string;
  readonly life: number;
  /** The wall clock of that machine. */
  readonly unixMs: number;
  readonly asked: LineTrigger;
}

/** The orchestrator said that a command of a group has ended. */
export interface GroupEnd {
  readonly kind: 'group-end';
  readonly atMs: number;
  readonly group: string;
  readonly command: string;
  readonly status: string;
  readonly code: string | null;
  /** Of a move, in the units of the axes. */
  readonly targets: Readonly<Record<string, number>>;
  /** Where the shafts truly were, counts. */
  readonly shafts: Readonly<Record<string, number>>;
}

/** A frame left a device process. */
interface Sent {
  readonly kind: 'sent';
  readonly atMs: number;
  readonly line: string;
  readonly life: number;
  readonly unit: number;
  readonly what: 'trigger' | 'stop' | 'other';
}

/** An answer counted as good, more often than the drive gave one. */
interface Miscount {
  readonly kind: 'miscount';
  readonly atMs: number;
  readonly line: string;
  readonly unit: number;
  readonly counted: number;
  readonly given: number;
}

export type Fact = Delivery | Report | Reading | Edge | LeaseFact | Blow | Commit | GroupEnd | Sent | Miscount;

/** Everything that was noticed in one run, in its order. */
export class FactLog {
  readonly all: Fact[] = [];
  readonly counts = new Map<string, number>();

  add(fact: Fact): void {
    this.all.push(fact);
  }

  /** It really happened once more: see counters.ts. */
  count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }
}
