import { z } from 'zod';
import type { Family } from './family.ts';

/** Curtain and blind drives that know open, close, stop and a percentage (Dooya). */
export const cover = {
  signals: [],
  status: [],
  needs: {},
} as const satisfies Family;

/** Facts that only drives of this family have. */
export const CoverFacts = z.strictObject({});
