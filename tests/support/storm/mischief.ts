import { systemClock, type Random } from '../../../drivers/base/index.ts';
import type { DoorName } from './doors.ts';
import type { PartProcess } from './part-process.ts';
import type { ProcessSite, SiteDrive } from './process-site.ts';

type Deed = 'kill' | 'pause';

/** One thing that was done to one process. */
export interface Strike {
  readonly deed: Deed;
  readonly part: string;
  /** Milliseconds since 1970. */
  readonly atUnixMs: number;
  readonly pausedMs: number;
}

export interface MischiefParts {
  readonly site: ProcessSite;
  readonly random: Random;
  /** Ends after so many, or with the signal. */
  readonly kills: number;
  readonly signal: AbortSignal;
  /** After each. */
  readonly told: () => void;
}

/** Of all deeds; the rest are kills. */
const PAUSE_SHARE = 0.35;
const PAUSE_MS = { least: 100, most: 3000 };
/** Most of the strikes are aimed at the moments around the trigger, the others fall anywhere in a move. */
const AIMED_SHARE = 0.6;
/** A reading, the parameters, their read-back, the trigger, its acknowledge: some 20 ms after the call on a line of 115200 baud. */
const AIM_MS = { least: 8, most: 40 };
const ANYWHERE_MS = { least: 0, most: 2000 };
/** Whoever is concerned by no command in that time is spared. */
const WAIT_MS = 2000;
const DEVICE_SHARE = 0.6;
const HANDS = 5;

/** Kills and pauses processes at random moments, five at a time, and starts each again. */
export class Mischief {
  readonly strikes: Strike[] = [];
  readonly #parts: MischiefParts;
  readonly #taken = new Set<PartProcess>();
  readonly #listeners = new Set<(drive: SiteDrive, door: DoorName) => void>();
  #kills = 0;

  constructor(parts: MischiefParts) {
    this.#parts = parts;
  }

  /** A move is about to be sent. */
  onSend = (drive: SiteDrive, door: DoorName): void => {
    for (const listener of this.#listeners) listener(drive, door);
  };

  kills = (): number => this.#kills;

  async run(): Promise<void> {
    await Promise.all(Array.from({ length: HANDS }, () => this.#strikeOnAndOn()));
  }

  async #strikeOnAndOn(): Promise<void> {
    const { kills, signal } = this.#parts;
    while (this.#kills < kills && !signal.aborted) {
      const victim = this.#choose();
      if (victim === null) await systemClock.sleep(WAIT_MS);
      else await this.#strike(victim).finally(() => this.#taken.delete(victim));
    }
  }

  /** Null while every process is in somebody's hands. */
  #choose(): PartProcess | null {
    const { site, random } = this.#parts;
    const devices = [...site.devices.values()];
    const pool = random() < DEVICE_SHARE ? devices : [site.orchestrator, site.broker];
    const free = (parts: readonly PartProcess[]): readonly PartProcess[] =>
      parts.filter((part) => !this.#taken.has(part));
    const candidates = free(pool).length > 0 ? free(pool) : free(devices);
    const victim = candidates[Math.floor(random() * candidates.length)] ?? null;
    if (victim !== null) this.#taken.add(victim);
    return victim;
  }

  async #strike(victim: PartProcess): Promise<void> {
    const { random, told } = this.#parts;
    if (!(await this.#isCommanded(victim))) return;
    const { least, most } = random() < AIMED_SHARE ? AIM_MS : ANYWHERE_MS;
    await systemClock.sleep(least + random() * (most - least));
    const isPause = random() < PAUSE_SHARE;
    // another hand may have done the last one meanwhile
    if (!isPause && this.#kills >= this.#parts.kills) return;
    const pausedMs = isPause ? PAUSE_MS.least + random() * (PAUSE_MS.most - PAUSE_MS.least) : 0;
    const strike: Strike = {
      deed: isPause ? 'pause' : 'kill',
      part: victim.name,
      atUnixMs: systemClock.unixMs(),
      pausedMs,
    };
    this.strikes.push(strike);
    if (isPause) await victim.pause(pausedMs);
    else {
      this.#kills += 1;
      await victim.kill();
      await victim.start();
    }
    told();
  }

  /** Waits for a move that concerns it to be sent: a kill where nothing is under way proves nothing. */
  async #isCommanded(victim: PartProcess): Promise<boolean> {
    const { site } = this.#parts;
    const wait = new AbortController();
    const listener = (drive: SiteDrive, door: DoorName): void => {
      const isItsLine = site.devices.get(drive.line) === victim;
      const isItsDoor = (door === 'mqtt' ? site.broker : site.orchestrator) === victim && door !== 'device';
      if (isItsLine || isItsDoor) wait.abort();
    };
    this.#listeners.add(listener);
    await systemClock.sleep(WAIT_MS, wait.signal).catch(() => undefined);
    this.#listeners.delete(listener);
    return wait.signal.aborted;
  }
}
