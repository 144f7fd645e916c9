import { z } from 'zod';
import { driveFaultKinds } from '../firmware/index.ts';
import { mishapKinds } from '../line/mishap.ts';

const LONGEST_MS = 3_600_000;
const Unit = z.int().min(1).max(65_535);

export const MishapRequest = z.strictObject({
  kind: z.enum(mishapKinds),
  rate: z.number().min(0).max(1).optional(),
  count: z.int().min(1).max(1_000_000).optional(),
  unit: Unit.optional(),
  functionCode: z.int().min(1).max(127).optional(),
  way: z.enum(['request', 'answer']).optional(),
  ms: z.number().min(0).max(LONGEST_MS).optional(),
  code: z.int().min(1).max(255).optional(),
  fromUnit: Unit.optional(),
  amount: z.int().min(0).max(256).optional(),
});

export const FaultRequest = z.strictObject({
  kind: z.enum(driveFaultKinds),
  /** slow-status: how old the statusword may be. */
  lagMs: z.int().min(0).max(LONGEST_MS).optional(),
});

const MOST_TORQUE_PERCENT = 1000;

export const LoadRequest = z.strictObject({
  torque: z.number().min(-MOST_TORQUE_PERCENT).max(MOST_TORQUE_PERCENT).optional(),
  inertia: z.number().min(0.1).max(1000).optional(),
  blockedAt: z.number().nullable().optional(),
});

export const LedgerQuery = z.strictObject({ since: z.coerce.number().int().min(0).default(0) });
