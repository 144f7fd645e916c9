import { z } from 'zod';
import type { Family } from './family.ts';

/** Drives with one block of direct data and a trigger (Oriental Motor BLV-R, AZ). */
export const directData = {
  signals: [],
  status: [],
  needs: {},
} as const satisfies Family;

/** Facts that only drives of this family have. */
export const DirectDataFacts = z.strictObject({});
