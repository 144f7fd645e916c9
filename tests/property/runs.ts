import type * as fc from 'fast-check';

const times = Number(process.env['PROPERTY_RUNS'] ?? 1);
const seed = Number(process.env['PROPERTY_SEED'] ?? 20_261_126);
const path = process.env['PROPERTY_PATH'];

/**
 * How often a property is tried. `npm test` tries the same cases every time, so that it never fails by chance;
 * PROPERTY_RUNS multiplies them, PROPERTY_SEED and PROPERTY_PATH replay what fast-check printed.
 */
export function runs<Ts>(numRuns: number, more: fc.Parameters<Ts> = {}): fc.Parameters<Ts> {
  return { numRuns: Math.ceil(numRuns * times), seed, ...(path === undefined ? {} : { path }), ...more };
}
