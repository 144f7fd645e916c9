import type { Delivery } from '../facts.ts';
import type { Trigger } from './trigger.ts';

/** May start a motion as often as it is renewed. */
const STARTS_OFTEN = 'jog';

interface Explanations {
  /** Commands that may have asked for it, the surest first. */
  readonly commands: readonly Delivery[];
  /** It may as well be the end of another motion, which nobody had to ask for. */
  readonly mayBeHalt: boolean;
}

/**
 * Which command each start of one axis is ascribed to, each command to one start at most. Where several may have led to a
 * place, a later start may show that an earlier one was the other's: then they change (an augmenting path of a matching).
 * Only where no ascription at all is possible has some command moved the axis twice.
 */
export class Ascriptions {
  readonly #explanations = new Map<Trigger, Explanations>();
  readonly #chosen = new Map<Trigger, Delivery>();
  readonly #holders = new Map<string, Trigger>();

  /** False where each command that may have asked for it has moved the axis already. */
  ascribe(start: Trigger, explanations: Explanations): boolean {
    this.#explanations.set(start, explanations);
    return this.#place(start, new Set());
  }

  /** Undefined for a halt. */
  of(start: Trigger): Delivery | undefined {
    return this.#chosen.get(start);
  }

  #place(start: Trigger, tried: Set<string>): boolean {
    const { commands = [], mayBeHalt = false } = this.#explanations.get(start) ?? {};
    const free = commands.find((delivery) => this.#isFree(delivery, tried));
    if (free === undefined) {
      if (mayBeHalt) this.#chosen.delete(start);
      return mayBeHalt;
    }
    if (free.order.command !== STARTS_OFTEN) this.#holders.set(nameOf(free), start);
    this.#chosen.set(start, free);
    return true;
  }

  /** Nobody holds it, or who does can go to another. */
  #isFree(delivery: Delivery, tried: Set<string>): boolean {
    if (delivery.order.command === STARTS_OFTEN) return true;
    const name = nameOf(delivery);
    if (tried.has(name)) return false;
    tried.add(name);
    const holder = this.#holders.get(name);
    return holder === undefined || this.#place(holder, tried);
  }
}

/** Services keep nothing on disk: an id without an epoch is known to the life that took it, and to no other. */
export const nameOf = ({ order: { number, body }, life }: Delivery): string =>
  body['epoch'] === undefined ? `${number} in life ${life}` : `${number}`;
