import { z } from 'zod';
import { AxisState } from './state.ts';
import { PathPoint, PathReport, pointsProblem } from './path.ts';
import { CommandId, DurationMs, Id, Instant, Position } from './words.ts';

const envelope = {
  id: CommandId.optional(),
  ttlMs: z.int().min(1).max(30_000).optional(),
  issuedAt: Instant.optional(),
};

const Tolerances = z.record(Id, z.number().positive());

/** Commands of a group; `move` and `move-path` plan all members together, the others fan out. */
export const GroupCommands = {
  enable: z.strictObject({ ...envelope }).meta({ id: 'GroupEnable' }),
  disable: z.strictObject({ ...envelope }).meta({ id: 'GroupDisable' }),
  home: z
    .strictObject({
      ...envelope,
      order: z
        .array(z.array(Id).min(1))
        .min(1)
        .optional()
        .describe('Steps, one after the other; the drives of a step home together. Every member once. Default: all'),
    })
    .meta({ id: 'GroupHome' }),
  move: z
    .strictObject({
      ...envelope,
      targets: z.record(Id, Position).describe('Target of each member that takes part'),
      sync: z
        .enum(['phase', 'time', 'none'])
        .optional()
        .describe('phase (default): same ramp times for all; time: same end; none: each as fast as it can'),
      velocityScale: z.number().gt(0).max(1).optional(),
      durationMs: DurationMs.optional(),
      startAt: Instant.optional().describe('All start then; too late is refused, never made up for'),
    })
    .meta({ id: 'GroupMove' }),
  'move-path': z
    .strictObject({
      ...envelope,
      drives: z.array(Id).min(1).describe('Members that take part; every point has their values in this order'),
      points: z
        .array(PathPoint)
        .min(1)
        .max(1000)
        .describe('From where the members are, at rest, through each of them to rest at the last'),
      velocityScale: z
        .number()
        .gt(0)
        .max(1)
        .optional()
        .describe('Where no times are given: share of the greatest speed'),
      startAt: Instant.optional().describe('All start then; too late is refused, never made up for'),
      pathTolerance: Tolerances.optional().describe(
        'Farthest from the plan on the way; farther stops the group. Default: what the plan leaves to the drives',
      ),
      goalTolerance: Tolerances.optional().describe("Farthest from the last point at rest; at most the axis's own"),
      goalTimeToleranceMs: z
        .int()
        .min(0)
        .max(60_000)
        .optional()
        .describe('How much later than planned they may be proved at rest there; default 2000'),
    })
    .superRefine(pointsProblem)
    .meta({ id: 'GroupMovePath', description: 'Follows points as a ROS JointTrajectory gives them' }),
  gear: z
    .strictObject({
      ...envelope,
      leader: Id,
      followers: z.record(Id, z.number()).describe('Way of each follower for one unit of way of the leader'),
    })
    .meta({ id: 'GroupGear', description: 'Not offered in software: the refusal says what the line would take' }),
  cam: z
    .strictObject({
      ...envelope,
      leader: Id,
      follower: Id,
      table: z
        .array(z.tuple([Position, Position]))
        .min(2)
        .describe('Positions of leader and follower'),
    })
    .meta({ id: 'GroupCam', description: 'Not offered in software: the refusal says what the line would take' }),
  halt: z.strictObject({ ...envelope }).meta({ id: 'GroupHalt' }),
  stop: z.strictObject({ ...envelope }).meta({ id: 'GroupStop' }),
  release: z.strictObject({ ...envelope }).meta({ id: 'GroupRelease' }),
  reset: z.strictObject({ ...envelope }).meta({ id: 'GroupReset' }),
} as const;
export type GroupCommandName = keyof typeof GroupCommands;
export type GroupGear = z.infer<(typeof GroupCommands)['gear']>;
export type GroupCam = z.infer<(typeof GroupCommands)['cam']>;
export type GroupHome = z.infer<(typeof GroupCommands)['home']>;
export type GroupMove = z.infer<(typeof GroupCommands)['move']>;
export type GroupMovePath = z.infer<(typeof GroupCommands)['move-path']>;

/** PLCopen Part 4. */
export const GroupState = z.enum([
  'groupDisabled',
  'groupStandby',
  'groupHoming',
  'groupMoving',
  'groupStopping',
  'groupErrorStop',
  'unknown',
]);
export type GroupState = z.infer<typeof GroupState>;

export const GroupStateMessage = z
  .strictObject({
    group: Id,
    state: GroupState,
    members: z.array(z.strictObject({ drive: Id, state: AxisState, position: z.number().nullable() })),
    command: z.strictObject({ id: CommandId, command: z.string() }).nullable(),
    seq: z.int().nonnegative(),
  })
  .meta({ id: 'GroupStateMessage' });
export type GroupStateMessage = z.infer<typeof GroupStateMessage>;

export const GroupMember = z.strictObject({
  drive: Id,
  status: z.string(),
  velocity: z.number().nullable(),
  acceleration: z.number().nullable(),
  deceleration: z.number().nullable(),
  plannedDurationMs: z.number().nullable(),
  finalPosition: z.number().nullable(),
  error: z.strictObject({ code: z.string(), detail: z.string() }).nullable(),
});
export type GroupMember = z.infer<typeof GroupMember>;

const ms = z.number().nullable().meta({ 'x-unit': 'ms' });

/** Of a move: what was planned, and what came of it. */
const figures = {
  plannedDurationMs: ms,
  expectedStartSkewMs: ms.describe('Last start minus first by the plan: 0 where one frame starts all'),
  expectedSkewMs: ms.describe('Last arrival minus first by the plan'),
  measuredStartSkewMs: ms.describe('Last minus first of the instants at which the frames left that started them'),
  measuredArrivalSkewMs: ms.describe(
    'Last minus first of the readings that showed them at rest: as fine as they are polled',
  ),
};

export const GroupCommandResource = z
  .strictObject({
    id: CommandId,
    group: Id,
    command: z.string(),
    parameters: z.record(z.string(), z.unknown()),
    status: z.enum(['accepted', 'active', 'done', 'aborted', 'failed']),
    createdAt: Instant,
    endedAt: Instant.nullable(),
    members: z.array(GroupMember),
    ...figures,
    path: PathReport.optional().describe('Of move-path alone'),
    error: z.strictObject({ code: z.string(), detail: z.string() }).nullable(),
  })
  .meta({ id: 'GroupCommandResource' });
export type GroupCommandResource = z.infer<typeof GroupCommandResource>;

/** On `{root}/groups/{group}/results`, for every group command whatever way it came, refusals included. */
export const GroupReport = z
  .strictObject({
    id: CommandId.nullable(),
    group: Id,
    command: z.string(),
    status: z.enum(['done', 'aborted', 'failed', 'refused']),
    members: z.array(GroupMember),
    ...figures,
    path: PathReport.optional().describe('Of move-path alone'),
    error: z.strictObject({ code: z.string(), detail: z.string() }).nullable(),
  })
  .meta({ id: 'GroupReport' });
export type GroupReport = z.infer<typeof GroupReport>;
