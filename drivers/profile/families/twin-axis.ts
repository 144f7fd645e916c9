import { z } from 'zod';
import type { Family } from './family.ts';

/** Two motors in one unit that share a control word (ZLTECH ZLAC8015D). */
export const twinAxis = {
  signals: [],
  status: [],
  needs: {},
} as const satisfies Family;

/** Facts that only drives of this family have. */
export const TwinAxisFacts = z.strictObject({});
