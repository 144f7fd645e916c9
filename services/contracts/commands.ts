import { z } from 'zod';
import {
  Acceleration,
  CommandId,
  Distance,
  DurationMs,
  Epoch,
  GroupNumber,
  Id,
  Instant,
  Position,
  SignedVelocity,
  Velocity,
} from './words.ts';

/** What may travel with every command; a body is envelope and parameters in one object. */
const envelope = {
  id: CommandId.optional().describe(
    'Made by the client; the same id and body gives the recorded outcome, another body 422',
  ),
  ttlMs: z
    .int()
    .min(1)
    .max(30_000)
    .optional()
    .describe('How long the command may wait before it is too late; default 2000'),
  issuedAt: Instant.optional(),
  epoch: Epoch.optional().describe("The device service's epoch this command was meant for"),
  lease: z.string().max(128).optional().describe('Token of the lease that the commander holds'),
};

const ramp = {
  velocity: Velocity.optional(),
  acceleration: Acceleration.optional(),
  deceleration: Acceleration.optional(),
};

const bufferMode = z.enum(['aborting', 'buffered']).optional();

/** Parameters of each drive command, envelope included; unknown fields are refused. The word is the same in URL and topic. */
export const DriveCommands = {
  enable: z.strictObject({ ...envelope, timeoutMs: DurationMs.optional() }).meta({ id: 'Enable' }),
  disable: z.strictObject({ ...envelope }).meta({ id: 'Disable' }),
  home: z
    .strictObject({
      ...envelope,
      method: z.int().optional(),
      position: Position.optional(),
      velocity: Velocity.optional(),
      timeoutMs: DurationMs.optional(),
    })
    .meta({ id: 'Home' }),
  'set-position': z.strictObject({ ...envelope, position: Position }).meta({ id: 'SetPosition' }),
  'move-absolute': z
    .strictObject({
      ...envelope,
      position: Position,
      ...ramp,
      bufferMode,
      timeoutMs: DurationMs.optional(),
      continues: CommandId.optional().describe(
        'The command that it goes on from: refused when another, a halt or a stop came since, or it failed',
      ),
    })
    .meta({ id: 'MoveAbsolute' }),
  'move-relative': z
    .strictObject({ ...envelope, distance: Distance, ...ramp, bufferMode, timeoutMs: DurationMs.optional() })
    .meta({ id: 'MoveRelative' }),
  'move-velocity': z
    .strictObject({
      ...envelope,
      velocity: SignedVelocity,
      acceleration: Acceleration.optional(),
      deceleration: Acceleration.optional(),
      maxDurationMs: DurationMs.optional(),
      maxDistance: z.number().positive().optional(),
      bufferMode,
      timeoutMs: DurationMs.optional(),
    })
    .refine((body) => body.maxDurationMs !== undefined || body.maxDistance !== undefined, {
      error: 'a velocity move needs an end: give maxDurationMs or maxDistance',
      path: ['maxDurationMs'],
    })
    .meta({ id: 'MoveVelocity' }),
  jog: z
    .strictObject({
      ...envelope,
      velocity: SignedVelocity.refine((velocity) => velocity !== 0, 'a velocity other than 0; halt ends a jog'),
      acceleration: Acceleration.optional(),
      deceleration: Acceleration.optional(),
      ttlMs: z
        .int()
        .min(100)
        .max(1000)
        .optional()
        .describe('How long it goes on without being renewed by the same command; default 500'),
    })
    .meta({ id: 'Jog' }),
  'set-override': z
    .strictObject({
      ...envelope,
      velocityFactor: z.number().min(0.01).max(1).describe('Share of every asked velocity'),
    })
    .meta({ id: 'SetOverride' }),
  halt: z.strictObject({ ...envelope, deceleration: Acceleration.optional() }).meta({ id: 'Halt' }),
  stop: z.strictObject({ ...envelope, then: z.enum(['hold', 'disable']).optional() }).meta({ id: 'Stop' }),
  release: z.strictObject({ ...envelope }).meta({ id: 'Release' }),
  reset: z.strictObject({ ...envelope }).meta({ id: 'Reset' }),
  arm: z
    .strictObject({
      ...envelope,
      position: Position,
      ...ramp,
      armTtlMs: z.int().min(50).max(30_000).describe('After this time without a trigger the drive is disarmed'),
      group: GroupNumber.optional().describe(
        'Number that the group trigger of the line will name; left out, only `trigger` of this drive starts it',
      ),
    })
    .meta({ id: 'Arm' }),
  trigger: z.strictObject({ ...envelope, startAt: Instant.optional() }).meta({ id: 'Trigger' }),
  disarm: z.strictObject({ ...envelope }).meta({ id: 'Disarm' }),
} as const;
export type DriveCommandName = keyof typeof DriveCommands;
export type DriveCommand<Name extends DriveCommandName> = z.infer<(typeof DriveCommands)[Name]>;

export const CommandStatus = z.enum(['accepted', 'queued', 'active', 'done', 'aborted', 'failed', 'unknown']);
export type CommandStatus = z.infer<typeof CommandStatus>;

export const CommandError = z
  .strictObject({
    code: z.string(),
    detail: z.string(),
    by: z.string().optional().describe('What aborted it: a command id, "stop", "fault"'),
  })
  .meta({ id: 'CommandError' });
export type CommandError = z.infer<typeof CommandError>;

export const CommandResult = z
  .strictObject({
    finalPosition: Position.nullable(),
    positionError: Distance.nullable(),
    durationMs: z.number().nullable(),
    plannedDurationMs: z.number().nullable(),
    /** The answer to the trigger was lost on the line and the effect was proved by reading back. */
    resolved: z.boolean().optional(),
    stop: z.enum(['confirmed', 'unconfirmed']).optional(),
  })
  .meta({ id: 'CommandResult' });

/** What `GET .../commands/{id}` answers. A refusal is never one: it is the HTTP error. */
export const CommandResource = z
  .strictObject({
    id: CommandId,
    drive: Id,
    command: z.string(),
    parameters: z.record(z.string(), z.unknown()),
    status: CommandStatus,
    createdAt: Instant,
    startedAt: Instant.nullable(),
    endedAt: Instant.nullable(),
    /** 0 to 1 of the way; null where there is no way to measure it. */
    progress: z.number().min(0).max(1).nullable(),
    result: CommandResult.nullable(),
    error: CommandError.nullable(),
    jog: z
      .strictObject({
        overtravel: z
          .number()
          .describe('Farthest it can still go, counted from the arrival of this renewal, whatever fails'),
        until: Instant.describe('From then on it ramps down, unless renewed'),
      })
      .optional(),
  })
  .meta({ id: 'CommandResource' });
export type CommandResource = z.infer<typeof CommandResource>;

/** On `{root}/drives/{drive}/results`, for every command whatever way it came, refusals included. */
export const CommandReport = z
  .strictObject({
    id: CommandId.nullable(),
    drive: Id,
    command: z.string(),
    status: z.enum([...CommandStatus.options, 'refused']),
    result: CommandResult.nullable(),
    error: CommandError.nullable(),
  })
  .meta({ id: 'CommandReport' });
export type CommandReport = z.infer<typeof CommandReport>;
