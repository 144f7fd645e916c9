import type { ChannelName, Profile } from '../profile/index.ts';
import type { Reading, Reads } from './register-port.ts';
import { createTurns, type InTurn } from './turns.ts';

/** What a drive is for the other one in its unit. */
export interface Mate {
  readonly profile: Profile;
  /** The other one was stopped, and so was this. */
  stoppedByOther(): void;
  /** The other one is connected: the unit answers, and whoever waits to try it again need not. */
  unitAnswers(): void;
  /** The other one was switched off and on, and so was this. */
  restartedWithOther(): void;
}

interface Member {
  readonly drive: Mate;
  /** Takes a reading that the other one took. */
  readonly offer: (reading: Reading) => void;
}

/**
 * What two drives in one unit have in common: words that act on both, so that their commands take turns; a status whose
 * one read serves both; a stop that is a stop of both.
 */
export class SharedUnit {
  readonly inTurn: InTurn = createTurns();
  readonly reads: Reads = { count: 0, unanswered: 0 };
  readonly #members = new Map<ChannelName, Member>();
  #reading: Promise<unknown> | null = null;

  join(drive: Mate, offer: Member['offer']): void {
    const { narrowed } = drive.profile;
    if (narrowed !== undefined) this.#members.set(narrowed.channel, { drive, offer });
  }

  /** The read of both that is under way now, whoever of the two asked for it; null without one. */
  reading(): Promise<unknown> | null {
    return this.#reading;
  }

  /** Holds `read` as the one under way until it ends. */
  async whileReading<Result>(read: Promise<Result>): Promise<Result> {
    this.#reading = read;
    try {
      return await read;
    } finally {
      if (this.#reading === read) this.#reading = null;
    }
  }

  at(channel: ChannelName): Member | undefined {
    return this.#members.get(channel);
  }

  otherThan(drive: Mate): Member | undefined {
    return [...this.#members.values()].find((member) => member.drive !== drive);
  }
}
