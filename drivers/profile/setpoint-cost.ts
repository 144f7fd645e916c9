import type { Profile } from './profile.ts';
import { pollCost } from './poll-cost.ts';
import { planReads, readMs, type WireCost } from './read-plan.ts';
import type { SignalName } from './signal-name.ts';

const SETPOINT: readonly SignalName[] = [
  'targetPosition',
  'profileVelocity',
  'profileAcceleration',
  'profileDeceleration',
];

/**
 * How long the line is busy with one new set-point, in ms: the status before it, its parameters written and read back, the
 * trigger, the status that acknowledges it. A write and a read of the same registers are as long on the wire.
 */
export function setpointMs(profile: Profile, wire: WireCost): number {
  const own = SETPOINT.filter((signal) => profile.registers[signal] !== undefined);
  const readable = own.filter((signal) => profile.registers[signal]?.access !== 'write');
  const blocks = planReads(profile, readable, wire);
  const parametersMs = blocks.reduce((sum, { count }) => sum + readMs(count, wire), 0);
  return 2 * pollCost(profile, 'fast', wire).ms + 2 * parametersMs + readMs(1, wire);
}
