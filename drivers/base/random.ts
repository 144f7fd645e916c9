/** Chance as a parameter: a uniform number in [0, 1). */
export type Random = () => number;

/** A draw from the system costs the same for one number as for many: 10 us, of which a command id wants thirty. */
const drawn = new Uint32Array(1024);
let used = drawn.length;

export const systemRandom: Random = () => {
  if (used === drawn.length) {
    crypto.getRandomValues(drawn);
    used = 0;
  }
  return (drawn[used++] ?? 0) / 2 ** 32;
};

/** Mulberry32 (T. Ettinger, public domain): 32-bit state, one seed gives one sequence. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
