import { z } from 'zod';
import { OrchestratorRole } from './leadership.ts';
import { GroupNumber, Id } from './words.ts';

/** How the store stands: when it is not ok, nothing is recorded and no program is saved; everything that moves or stops goes on. */
export const StoreState = z
  .strictObject({ state: z.enum(['ok', 'full', 'unreachable', 'damaged']), reason: z.string().nullable() })
  .meta({ id: 'StoreState' });
export type StoreState = z.infer<typeof StoreState>;

export const SiteMessage = z
  .strictObject({
    site: Id,
    version: z.string(),
    simulated: z.boolean().describe('Every line is simulated'),
    ready: z.boolean(),
    lines: z.array(
      z.strictObject({
        line: Id,
        kind: z.enum(['simulated', 'serial', 'tcp', 'rtuOverTcp']),
        availability: z.enum(['online', 'offline']),
        drives: z.array(Id),
      }),
    ),
    drives: z.array(
      z.strictObject({ drive: Id, line: Id, availability: z.enum(['online', 'offline']), url: z.string().nullable() }),
    ),
    groups: z.array(z.strictObject({ group: Id, drives: z.array(Id), state: z.string() })),
    mqtt: z.strictObject({ url: z.string(), root: z.string() }),
    /** Control URL of the simulator, when there is one. */
    simulator: z.string().nullable(),
    /** Null where nothing is kept. */
    store: StoreState.nullable(),
    orchestrator: OrchestratorRole.nullable().describe('Of the one that answers; null where the site has one only'),
  })
  .meta({ id: 'Site' });
export type SiteMessage = z.infer<typeof SiteMessage>;

/** Answer of `POST /v1/stop` and of a group's stop: nothing is `confirmed` without a read that shows the axis at rest. */
export const StopReport = z
  .strictObject({
    allConfirmed: z.boolean(),
    confirmed: z.array(Id),
    unconfirmed: z.array(Id),
    unreachable: z.array(Id),
    durationMs: z.number(),
  })
  .meta({ id: 'StopReport' });
export type StopReport = z.infer<typeof StopReport>;

export const Readiness = z.strictObject({ ready: z.boolean(), reasons: z.array(z.string()) }).meta({ id: 'Readiness' });
export type Readiness = z.infer<typeof Readiness>;

export const Role = z.enum(['viewer', 'operator', 'engineer', 'admin']);
export type Role = z.infer<typeof Role>;

/** Starts every drive of a line armed for `group` by one frame; on the device process: POST /v1/lines/{line}/trigger. */
export const LineTrigger = z
  .strictObject({
    group: GroupNumber,
    drives: z.array(Id).min(1),
    startAt: z.iso.datetime({ precision: 3 }).optional(),
    ttlMs: z.int().min(1).max(30_000).optional(),
    leases: z
      .record(Id, z.string().max(128))
      .optional()
      .describe('Token of the lease of each drive, where one is held or asked for'),
  })
  .meta({ id: 'LineTrigger' });
export type LineTrigger = z.infer<typeof LineTrigger>;

export const LineTriggerAnswer = z
  .strictObject({
    triggeredAt: z.iso.datetime({ precision: 3 }),
    started: z.array(Id),
    notStarted: z.array(Id),
    commands: z.record(Id, z.uuid()),
    /** The frame that started it had left; one instant for all where one frame starts all. */
    startedAt: z.record(Id, z.iso.datetime({ precision: 3 })),
  })
  .meta({ id: 'LineTriggerAnswer' });
export type LineTriggerAnswer = z.infer<typeof LineTriggerAnswer>;
