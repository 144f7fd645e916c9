import type { Random } from '../../drivers/base/index.ts';

/** One source of chance: one seed, one history. */
export class Dice {
  readonly random: Random;

  constructor(random: Random) {
    this.random = random;
  }

  happens(probability: number): boolean {
    return this.random() < probability;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.random();
  }

  whole(low: number, high: number): number {
    return Math.floor(this.between(low, high + 1));
  }

  one<T>(of: readonly T[]): T {
    return of[Math.floor(this.random() * of.length)] as T;
  }

  /** One of them by its weight. */
  weighted<T>(of: readonly (readonly [weight: number, what: T])[]): T | null {
    let left = this.between(
      0,
      of.reduce((sum, [weight]) => sum + weight, 0),
    );
    for (const [weight, what] of of) if ((left -= weight) < 0) return what;
    return null;
  }

  /** UUID, version 4. */
  id(): string {
    const hex = (digits: number): string =>
      Array.from({ length: digits }, () => Math.floor(this.random() * 16).toString(16)).join('');
    return `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`;
  }
}
