import type { Moment } from './firmware.ts';
import type { Shaft } from './shaft.ts';

/** A stretch of a search: a velocity (signed), and what ends it. */
interface Leg {
  readonly velocity: number;
  readonly until: () => boolean;
}

/** A search as the stretches that it is made of; what it returns says whether the reference was found. */
export type Legs = Generator<Leg, 'found' | 'failed', void>;

/** Runs the legs of a search one after the other, and brakes at its end. */
export interface Search {
  /** Once a step; null as long as it goes on. */
  tick(atMs: number): 'found' | 'failed' | null;
}

export function startSearch(legs: Legs, shaft: Shaft, how: Moment & { readonly acceleration: number }): Search {
  const { acceleration, cause } = how;
  let step = legs.next();

  function begin(atMs: number): void {
    if (step.done === true) shaft.brake(acceleration, { atMs, cause });
    else shaft.run(step.value.velocity, { acceleration, deceleration: acceleration }, { atMs, cause });
  }
  begin(how.atMs);
  return {
    tick(atMs) {
      if (step.done !== true && step.value.until()) {
        step = legs.next();
        begin(atMs);
      }
      return step.done === true ? step.value : null;
    },
  };
}
