import { z } from 'zod';
import type { Family } from './family.ts';

/** Drives whose every motion is one block of registers that starts as it is written (Makerbase MKS SERVO42D/57D). */
export const commandBlock = {
  signals: [],
  status: [],
  needs: {},
} as const satisfies Family;

/** Facts that only drives of this family have. */
export const CommandBlockFacts = z.strictObject({});
