import { z } from 'zod';
import type { Family } from './family.ts';

/** Gear motors with a speed register and no position (DFRobot DFR1277). */
export const openLoopSpeed = {
  signals: [],
  status: [],
  needs: {},
} as const satisfies Family;

/** Facts that only drives of this family have. */
export const OpenLoopSpeedFacts = z.strictObject({});
