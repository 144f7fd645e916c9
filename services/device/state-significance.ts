import type { DriveStateMessage } from '../contracts/index.ts';

/** How much a reading must change before it is news, in its own unit. */
export interface Deadband {
  readonly position: number;
  readonly velocity: number;
}

const NEWS = { torque: 5, temperature: 1, supplyVoltage: 0.5 } as const;

/** The parts of a state in which every change is news at once: state, flags, target, command, fault, epoch. */
export function factsOf(message: DriveStateMessage): string {
  const { position: _p, velocity: _v, followingError: _f, torque: _t, temperature: _c, ...rest } = message;
  const { supplyVoltage: _s, sampledAt: _a, seq: _q, command, ...facts } = rest;
  return JSON.stringify([facts, command?.id ?? null]);
}

/** Whether the readings have left the deadband around what was published last. */
export function hasDrifted(before: DriveStateMessage, now: DriveStateMessage, deadband: Deadband): boolean {
  return (
    differs(before.position, now.position, deadband.position) ||
    differs(before.velocity, now.velocity, deadband.velocity) ||
    differs(before.followingError, now.followingError, deadband.position) ||
    differs(before.torque, now.torque, NEWS.torque) ||
    differs(before.temperature, now.temperature, NEWS.temperature) ||
    differs(before.supplyVoltage, now.supplyVoltage, NEWS.supplyVoltage)
  );
}

function differs(before: number | null, now: number | null, by: number): boolean {
  return before === null || now === null ? before !== now : Math.abs(before - now) > by;
}
