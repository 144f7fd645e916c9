import { z } from 'zod';
import { Epoch, Id, Instant } from './words.ts';

const ttlMs = z
  .int()
  .min(500)
  .max(300_000)
  .optional()
  .describe('How long it holds without being renewed; default 10000')
  .meta({ 'x-unit': 'ms' });
const token = z.string().min(1).max(128).describe('As it was granted');

/** `POST /v1/drives/{drive}/lease`: exclusive control, for one owner at a time. */
export const LeaseRequest = z
  .strictObject({ owner: z.string().min(1).max(64).describe('A name that people know'), ttlMs })
  .meta({ id: 'LeaseRequest' });
export type LeaseRequest = z.infer<typeof LeaseRequest>;

/** `PUT`: prolongs it. */
export const LeaseRenewal = z.strictObject({ token, ttlMs }).meta({ id: 'LeaseRenewal' });
export type LeaseRenewal = z.infer<typeof LeaseRenewal>;

/** `DELETE`: gives it back. */
export const LeaseReturn = z.strictObject({ token }).meta({ id: 'LeaseReturn' });

/** `POST .../lease/break`: ends somebody else's lease; the axis is halted and the reason is told. */
export const LeaseBreak = z.strictObject({ reason: z.string().min(3).max(300) }).meta({ id: 'LeaseBreak' });

export const LeaseGrant = z
  .strictObject({
    drive: Id,
    owner: z.string(),
    token: z.string().describe('Goes into `lease` of every command; a newer one fences it off'),
    expiresAt: Instant,
    epoch: Epoch,
  })
  .meta({ id: 'LeaseGrant' });
export type LeaseGrant = z.infer<typeof LeaseGrant>;

/** `PUT /v1/drives/{drive}/maintenance`: blocks every command that could move the axis, never a stop. */
export const MaintenanceLock = z.strictObject({ reason: z.string().min(3).max(300) }).meta({ id: 'MaintenanceLock' });
export const MaintenanceState = z
  .strictObject({ drive: Id, locked: z.strictObject({ reason: z.string(), since: Instant }).nullable() })
  .meta({ id: 'MaintenanceState' });
export type MaintenanceState = z.infer<typeof MaintenanceState>;
