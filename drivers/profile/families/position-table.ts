import { z } from 'zod';
import type { Family } from './family.ts';

/** Drives that run the paths of a table (Leadshine PR). */
export const positionTable = {
  signals: [],
  status: [],
  needs: {},
} as const satisfies Family;

/** Facts that only drives of this family have. */
export const PositionTableFacts = z.strictObject({});
