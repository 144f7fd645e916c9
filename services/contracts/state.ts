import { z } from 'zod';
import { AXIS_STATES } from '../../drivers/base/index.ts';
import { CommandStatus } from './commands.ts';
import { PathMode } from './path.ts';
import { AxisUnit, CommandId, Epoch, Id, Instant } from './words.ts';

/** PLCopen's states, and ours for not knowing. Data older than its limit makes an axis `unknown`: treat it as moving. */
export const AxisState = z.enum(AXIS_STATES).meta({ id: 'AxisState' });
export type AxisState = z.infer<typeof AxisState>;

export const Fault = z
  .strictObject({
    category: z.string(),
    code: z.string().describe('As the drive says it, hexadecimal: 0x8611'),
    text: z.string(),
    remedy: z.string().nullable(),
    resettable: z.boolean().nullable(),
  })
  .meta({ id: 'Fault' });
export type Fault = z.infer<typeof Fault>;

const reading = z.number().nullable();
const flag = z.boolean().nullable();

/** The state message: REST, retained MQTT topic and event stream. A reading that is missing or too old is null, never 0. */
export const DriveStateMessage = z
  .strictObject({
    drive: Id,
    state: AxisState,
    position: reading,
    velocity: reading,
    target: reading,
    unit: AxisUnit,
    moving: flag,
    inPosition: flag,
    homed: flag,
    enabled: flag,
    stopLatched: z.boolean(),
    override: z.number().min(0).max(1),
    followingError: reading,
    torque: reading.describe('% of rated'),
    temperature: reading.describe('degC'),
    supplyVoltage: reading.describe('V'),
    limits: z.strictObject({ negative: flag, positive: flag, home: flag }),
    link: z.enum(['online', 'degraded', 'offline']),
    stale: z.boolean(),
    sampledAt: Instant.nullable(),
    fault: Fault.nullable(),
    warnings: z.array(z.string()),
    command: z
      .strictObject({ id: CommandId, command: z.string(), status: CommandStatus, progress: z.number().nullable() })
      .nullable()
      .describe('The running command; `unknown` as long as nobody knows whether the drive obeys it'),
    lease: z.strictObject({ owner: z.string(), expiresAt: Instant }).nullable(),
    maintenance: z.strictObject({ reason: z.string(), since: Instant }).nullable().describe('Locked: nothing moves it'),
    armed: z.strictObject({ group: z.int().nullable().describe('null: armed alone'), until: Instant }).nullable(),
    epoch: Epoch,
    seq: z.int().nonnegative(),
  })
  .meta({ id: 'DriveState' });
export type DriveStateMessage = z.infer<typeof DriveStateMessage>;

/** What a drive is; retained on `{root}/drives/{drive}/info`, and `GET /v1/drives/{drive}`. */
export const DriveDescription = z
  .strictObject({
    drive: Id,
    site: Id,
    line: Id,
    unit: z.int().min(1).max(65_535).describe('Modbus unit id, 1 to 247, or what another framing has for addresses'),
    channel: z
      .enum(['left', 'right'])
      .optional()
      .describe('Which of the two axes of its unit; absent where it has one'),
    profile: z.strictObject({ id: z.string(), title: z.string(), placeholder: z.boolean() }),
    simulated: z.boolean(),
    identity: z
      .strictObject({
        vendorId: z.int().nullable(),
        productCode: z.int().nullable(),
        firmware: z.string().nullable(),
        serialNumber: z.string().nullable(),
      })
      .nullable(),
    axis: z.strictObject({
      unit: AxisUnit,
      range: z.tuple([z.number(), z.number()]),
      maxVelocity: z.number(),
      maxAcceleration: z.number(),
      /** Smallest step the drive can be told, in the axis's unit. */
      resolution: z.number(),
      /** Moves to a position are refused until it is homed or told its position. */
      homingRequired: z.boolean().optional(),
    }),
    /** Command words this drive takes. */
    capabilities: z.array(z.string()),
    tellable: z
      .array(z.enum(['velocity', 'acceleration', 'deceleration']))
      .optional()
      .describe("What a motion can be asked beside its target; the rest is the drive's own. Absent: all of it"),
    groupTrigger: z.boolean().describe('One frame starts every armed drive of its line; otherwise one after the other'),
    setpointMs: z
      .number()
      .positive()
      .nullable()
      .optional()
      .describe('Time that one new set-point takes on its line, at worst; null where no serial line sets the pace'),
    path: z
      .strictObject({ mode: PathMode, reason: z.string().nullable() })
      .optional()
      .describe('How it goes through the points of a path of its group, and why not blending'),
    watchdogMs: z
      .int()
      .positive()
      .nullable()
      .describe(
        'After so long without a message the drive stops by itself; null: nothing stops it when the line is cut',
      ),
    /** Why it must not move although it is there: wrong identity, placeholder profile on a real line; null when it may. */
    refused: z.string().nullable(),
    /** Base URL of the device process that serves this drive. */
    url: z.url(),
    epoch: Epoch,
  })
  .meta({ id: 'DriveDescription' });
export type DriveDescription = z.infer<typeof DriveDescription>;
