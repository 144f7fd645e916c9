import * as fc from 'fast-check';
import type { AxisDemand } from '../../services/orchestrator/domain/synchronise.ts';

/** One axis of a move together, and the step of its drive's registers. */
export interface QuantisedDemand extends AxisDemand {
  readonly resolution: number;
}

const positive = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true });

/**
 * Axes that are to move together: some far, some not at all.
 *
 * @param resolutions what one step of a drive's registers may be, in the axis's unit
 */
export const axisDemands = (resolutions: readonly number[]): fc.Arbitrary<QuantisedDemand[]> =>
  fc
    .array(
      fc.record({
        distance: fc.oneof(positive(0.5, 500), positive(-500, -0.5), fc.constant(0)),
        maxVelocity: positive(5, 200),
        maxAcceleration: positive(20, 2000),
        maxDeceleration: positive(20, 2000),
        resolution: fc.constantFrom(...resolutions),
      }),
      { minLength: 2, maxLength: 6 },
    )
    .map((axes) => axes.map((each, index) => ({ ...each, drive: `axis-${index}` })));
