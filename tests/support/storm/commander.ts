import { systemClock, type Random } from '../../../drivers/base/index.ts';
import type { DriveStateMessage } from '../../../services/contracts/index.ts';
import type { DoorName, Doors } from './doors.ts';
import { newUuid, type Order, type OrderBook } from './order-book.ts';
import { preparationOf } from './preparation.ts';
import type { SiteDrive } from './process-site.ts';

export interface CommanderParts {
  readonly drive: SiteDrive;
  readonly doors: Doors;
  readonly book: OrderBook;
  readonly random: Random;
  /** Told just before a move is sent, and by which door. */
  readonly onSend: (drive: SiteDrive, door: DoorName) => void;
  readonly signal: AbortSignal;
}

/** How often things were done that only a stormy day brings. */
export interface CommanderCounts {
  resent: number;
  sentAfterDeadline: number;
  sentAgainAfterRestart: number;
  superseding: number;
}

const DOORS: readonly DoorName[] = ['orchestrator', 'device', 'mqtt'];
/** Between two looks: a busy machine has better things to do than to be asked. */
const PAUSE_MS = 120;
const MOST_SENDINGS = 6;
const FOLLOW_MS = 20_000;
const TWICE_SHARE = 0.25;
const SUPERSEDE_SHARE = 0.15;
/** A client that is not sure waits a moment, and sometimes far too long. */
const DOUBT_MS = { usual: 300, longest: 3000, longShare: 0.2 };

/** The script of one user: makes one drive ready, moves it, sends again after doubt, and does so until the signal. */
export class Commander {
  readonly counts: CommanderCounts = { resent: 0, sentAfterDeadline: 0, sentAgainAfterRestart: 0, superseding: 0 };
  readonly #parts: CommanderParts;

  constructor(parts: CommanderParts) {
    this.#parts = parts;
  }

  async run(): Promise<void> {
    const { doors, drive, signal } = this.#parts;
    while (!signal.aborted) {
      const state = await doors.state(drive);
      const preparation = state === null ? 'wait' : preparationOf(state);
      if (state !== null && preparation === null) await this.#move(state);
      else if (state !== null && preparation !== 'wait' && preparation !== null)
        await this.#prepare(preparation, state);
      else await systemClock.sleep(PAUSE_MS);
    }
  }

  async #prepare(command: string, { epoch }: DriveStateMessage): Promise<void> {
    const { doors, drive, random } = this.#parts;
    const body = { id: newUuid(random), ttlMs: 2000, epoch };
    await doors.send(random() < 0.5 ? 'device' : 'orchestrator', { drive, command, body });
    await systemClock.sleep(PAUSE_MS);
  }

  async #move(state: DriveStateMessage): Promise<void> {
    const order = this.#place(state);
    await this.#sendUntilSure(order);
    const { random } = this.#parts;
    const twice = random() < TWICE_SHARE ? this.#sendOnceMore(order) : null;
    if (random() < SUPERSEDE_SHARE) await this.#supersede();
    order.outcome = await this.#follow(order);
    await twice;
    // whoever never learnt the outcome asks for the same once more; only a move that is wanted anew has another id
    if (order.outcome === 'refused') await systemClock.sleep(random() * DOUBT_MS.usual);
    if (order.outcome === 'unknown') {
      this.counts.sentAgainAfterRestart += 1;
      await this.#send(order);
    }
  }

  #place({ position, epoch }: DriveStateMessage): Order {
    const { book, drive } = this.#parts;
    return book.place({ drive: drive.id, fromMm: position ?? 0, epoch, issuedAtUnixMs: systemClock.unixMs() });
  }

  async #send(order: Order): Promise<Order['answers'][number]> {
    const { doors, drive, random, onSend } = this.#parts;
    if (systemClock.unixMs() > order.deadlineUnixMs) this.counts.sentAfterDeadline += 1;
    const door = DOORS[Math.floor(random() * DOORS.length)] ?? 'device';
    onSend(drive, door);
    const answer = await doors.send(door, { drive, command: 'move-absolute', body: order.body });
    order.answers.push(answer);
    return answer;
  }

  /** The same id and body until there is an answer, or patience ends. */
  async #sendUntilSure(order: Order): Promise<void> {
    const { random } = this.#parts;
    for (let sending = 1; sending <= MOST_SENDINGS; sending += 1) {
      const answer = await this.#send(order);
      if (answer.kind !== 'doubt') return;
      this.counts.resent += 1;
      await systemClock.sleep(random() * (random() < DOUBT_MS.longShare ? DOUBT_MS.longest : DOUBT_MS.usual));
    }
  }

  /** A message that comes twice, at any time, by any door. */
  async #sendOnceMore(order: Order): Promise<void> {
    await systemClock.sleep(this.#parts.random() * DOUBT_MS.longest);
    this.counts.resent += 1;
    await this.#send(order);
  }

  /** Another move takes the place of the one that runs. */
  async #supersede(): Promise<void> {
    const { doors, drive, random } = this.#parts;
    await systemClock.sleep(random() * DOUBT_MS.usual);
    const state = await doors.state(drive);
    if (state === null || state.state !== 'discreteMotion') return;
    this.counts.superseding += 1;
    const order = this.#place(state);
    await this.#sendUntilSure(order);
    order.outcome = await this.#follow(order);
  }

  async #follow(order: Order): Promise<Order['outcome']> {
    const { doors, drive } = this.#parts;
    if (order.answers.every(({ kind }) => kind === 'refused')) return 'refused';
    const endMs = systemClock.nowMs() + FOLLOW_MS;
    while (systemClock.nowMs() < endMs) {
      const resource = await doors.command(drive, order.id);
      if (resource === 'forgotten') return 'unknown';
      if (resource !== null && isEnd(resource.status)) return resource.status;
      await systemClock.sleep(PAUSE_MS);
    }
    return 'unknown';
  }
}

const isEnd = (status: string): status is 'done' | 'aborted' | 'failed' =>
  status === 'done' || status === 'aborted' || status === 'failed';
