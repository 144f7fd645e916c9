import { z } from 'zod';
import { AXIS_UNITS } from '../../drivers/base/index.ts';

/** Ids of sites, lines, drives, groups, programs. Safe in a URL and in an MQTT topic. */
export const Id = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{0,62}$/,
    'expected lower-case letters, digits and dashes, at most 63, not beginning with a dash',
  )
  .meta({ id: 'Id' });

export const AxisUnit = z.enum(AXIS_UNITS).meta({ id: 'AxisUnit' });
export type AxisUnit = z.infer<typeof AxisUnit>;

/** RFC 3339, UTC, milliseconds: 2026-11-22T20:44:00.123Z */
export const Instant = z.iso.datetime({ precision: 3 });

/** Finite by zod's definition; strings are refused. In the axis's unit. */
export const Position = z.number().describe("Position in the axis's unit").meta({ 'x-unit': 'axis unit' });
export const Distance = z.number().describe("Signed distance in the axis's unit").meta({ 'x-unit': 'axis unit' });
export const Velocity = z
  .number()
  .positive()
  .describe('Greatest velocity, axis units per second')
  .meta({ 'x-unit': 'axis unit/s' });
export const SignedVelocity = z
  .number()
  .describe('Velocity, axis units per second; the sign is the direction')
  .meta({ 'x-unit': 'axis unit/s' });
export const Acceleration = z
  .number()
  .positive()
  .describe('Axis units per second squared')
  .meta({ 'x-unit': 'axis unit/s2' });
export const DurationMs = z.int().positive().max(86_400_000).meta({ 'x-unit': 'ms' });

/** A new random value at service start, drive reboot, reconnect and identity change; a command may name the one it was meant for. */
export const Epoch = z.string().min(8).max(64);
export const CommandId = z.uuid();

/** Members of one group move share it. The number above is for drives that are armed alone: no common start can name it. */
export const GroupNumber = z.int().min(1).max(65_534).meta({ id: 'GroupNumber' });
export const ARMED_ALONE = 65_535;
