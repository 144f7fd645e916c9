import { z } from 'zod';
import type { Family } from './family.ts';

/** Bus servos that go to whatever goal stands in their register (Feetech SM-MB). */
export const goalPosition = {
  signals: [],
  status: [],
  needs: {},
} as const satisfies Family;

/** Facts that only drives of this family have. */
export const GoalPositionFacts = z.strictObject({});
