import type { Machine } from '../behaviour.ts';
import { rampsOf, type Ramps } from './units.ts';

/** Operation types (manual, selecting the operation type). */
const DECELERATION_STOP = 0;
const ABSOLUTE = 1;
const BY_DEMAND = 2;
const BY_ACTUAL = 3;
const BY_TARGET = 4;
const CONTINUOUS: ReadonlySet<number> = new Set([7, 16, 19, 39, 48, 51]);
const STOP_ON_THE_RAMP_UNDER_WAY = 31;
const IMMEDIATE_STOP = 32;

export type Operation =
  | ({ readonly kind: 'position'; readonly target: number; readonly isAbsolute: boolean } & Ramps)
  | ({ readonly kind: 'velocity' } & Ramps)
  | { readonly kind: 'stop'; readonly deceleration: number | null }
  /** A type that this simulation does not know. */
  | { readonly kind: 'refused' };

/** The block of direct data as an operation, in counts. */
export function operationOf(trigger: number, machine: Machine, target: number): Operation {
  const ramps = rampsOf(trigger, machine);
  const type = machine.value('operationType');
  if (type === DECELERATION_STOP) return { kind: 'stop', deceleration: ramps.deceleration };
  if (type === STOP_ON_THE_RAMP_UNDER_WAY) return { kind: 'stop', deceleration: null };
  if (type === IMMEDIATE_STOP) return { kind: 'stop', deceleration: Infinity };
  if (CONTINUOUS.has(type)) return { kind: 'velocity', ...ramps };
  const base = baseOf(type, machine, target);
  if (base === null) return { kind: 'refused' };
  return { kind: 'position', target: base + machine.value('targetPosition'), isAbsolute: type === ABSOLUTE, ...ramps };
}

function baseOf(type: number, machine: Machine, target: number): number | null {
  if (type === ABSOLUTE) return 0;
  if (type === BY_DEMAND) return machine.shaft().demand(machine.nowMs()).position;
  if (type === BY_ACTUAL) return machine.shaft().position();
  return type === BY_TARGET ? target : null;
}
