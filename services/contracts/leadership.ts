import { z } from 'zod';
import { Id, Instant } from './words.ts';

/** Header with which an orchestrator shows its fencing token to a device process. */
export const LEADERSHIP_HEADER = 'x-kmotion-leadership';

const ttlMs = z.int().min(500).max(60_000).describe('How long it holds without being renewed').meta({ 'x-unit': 'ms' });

/** One of the orchestrators that the site file names, and where it is reached. */
export const OrchestratorName = z
  .strictObject({ name: Id, url: z.string().min(1).max(300).describe('Base URL of its REST side') })
  .meta({ id: 'OrchestratorName' });
export type OrchestratorName = z.infer<typeof OrchestratorName>;

/** `POST /v1/lines/{line}/leadership` of a device process: from then on the line obeys only this orchestrator. */
export const LeadershipRequest = z
  .strictObject({
    leader: OrchestratorName,
    /** Two processes of one name are two. */
    instance: z.uuid().describe('Another one with each start of the orchestrator'),
    ttlMs,
    takeOver: z.boolean().optional().describe('Also from another that still holds it; false when left out'),
  })
  .meta({ id: 'LeadershipRequest' });
export type LeadershipRequest = z.infer<typeof LeadershipRequest>;

/** `PUT`: prolongs it. */
export const LeadershipRenewal = z
  .strictObject({ token: z.string().min(1).max(128).describe('As it was granted'), ttlMs })
  .meta({ id: 'LeadershipRenewal' });
export type LeadershipRenewal = z.infer<typeof LeadershipRenewal>;

export const LeadershipGrant = z
  .strictObject({
    line: Id,
    token: z.string().describe(`Goes into the header ${LEADERSHIP_HEADER}; a newer one fences it off`),
  })
  .meta({ id: 'LeadershipGrant' });
export type LeadershipGrant = z.infer<typeof LeadershipGrant>;

/** `GET`: who leads. */
export const LeadershipState = z
  .strictObject({
    line: Id,
    leader: OrchestratorName.nullable(),
    until: Instant.nullable().describe('When it ends without being renewed'),
    lapsed: z
      .boolean()
      .describe('Nobody leads, and somebody did since this process started: it was given back, or not renewed in time'),
  })
  .meta({ id: 'LeadershipState' });
export type LeadershipState = z.infer<typeof LeadershipState>;

/** What an orchestrator is at the moment, where the site file names more than one. */
export const OrchestratorRole = z
  .strictObject({
    name: Id,
    role: z.enum(['active', 'standby']),
    active: OrchestratorName.nullable().describe('Who commands, as far as this one knows'),
  })
  .meta({ id: 'OrchestratorRole' });
export type OrchestratorRole = z.infer<typeof OrchestratorRole>;

/** Answer of `POST /v1/orchestrator/take-over`. */
export const TakeOverReport = z
  .strictObject({
    name: Id,
    taken: z.array(Id).describe('Lines that obey this orchestrator from now on'),
    silent: z.array(Id).describe('Lines whose process does not answer; they are asked again and again'),
    durationMs: z.number(),
  })
  .meta({ id: 'TakeOverReport' });
export type TakeOverReport = z.infer<typeof TakeOverReport>;
