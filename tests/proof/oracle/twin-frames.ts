import type { DriveConfig } from '../../../config/index.ts';
import type { ChannelName } from '../../../drivers/profile/index.ts';
import type { FrameEntry } from '../../../simulator/index.ts';
import * as twin from '../twin-words.ts';
import { Senders, type FrameReader, type Known, type Meaning } from './trigger.ts';

/** These words end the motion of both motors; without power nothing follows. */
const HARMLESS: ReadonlySet<number> = new Set([twin.EMERGENCY_STOP, twin.CLEAR_ALARM, twin.STOP]);

/** Reads what a unit with two motors takes as what it means to one of them. */
export class TwinReader implements FrameReader {
  readonly #config: DriveConfig;
  readonly #channel: ChannelName;
  readonly #senders: Senders;
  readonly #reboots: number[];
  readonly #words = new Map<number, number>();
  /** A mode counts from the enabling on (manual, common registers). */
  #mode = 0;
  /** The word that started this motor, until anything else is written. */
  #startedBy: number | null = null;

  constructor(config: DriveConfig, evidence: Known) {
    this.#config = config;
    this.#channel = config.profile.narrowed?.channel ?? 'left';
    this.#senders = new Senders(config, evidence);
    this.#reboots = [...evidence.blows('rebooted', config.id)];
  }

  take(frame: FrameEntry): Meaning {
    // written down once, under the name of the unit's first drive
    if (frame.line !== this.#config.line || frame.unit !== this.#config.unit) return null;
    this.#forgetAtReboot(frame.atMs);
    const startedBy = this.#startedBy;
    this.#startedBy = null;
    frame.values?.forEach((word, index) => this.#words.set(frame.address + index, word));
    const word = frame.values?.[twin.CONTROL_WORD - frame.address];
    if (word === undefined) return null;
    if (word === twin.ENABLE) {
      this.#mode = this.#word(twin.MODE);
      return 'enabling';
    }
    if (HARMLESS.has(word)) return 'harmless';
    if (!twin.starts(word).includes(this.#channel)) return null;
    this.#startedBy = word;
    return startedBy === word ? 'repeated' : this.#start(frame);
  }

  #start(frame: FrameEntry): Meaning {
    const { target, velocity, acceleration, deceleration } = twin.motors[this.#channel];
    // switched off since it was told where to go: see the reference drive
    if (!this.#words.has(target)) return null;
    return this.#senders.trigger(frame, {
      kind: this.#mode === twin.RELATIVE_POSITION ? 'relative' : 'setpoint',
      target: (this.#word(target) * 0x1_0000 + this.#word(target + 1)) | 0,
      velocity: twin.countsPerSecond(this.#word(velocity)),
      acceleration: twin.countsPerSecond2(this.#word(acceleration)),
      deceleration: twin.countsPerSecond2(this.#word(deceleration)),
    });
  }

  #forgetAtReboot(atMs: number): void {
    while ((this.#reboots[0] ?? Infinity) <= atMs) {
      this.#reboots.shift();
      this.#words.clear();
      this.#mode = 0;
    }
  }

  #word(address: number): number {
    return this.#words.get(address) ?? 0;
  }
}
