import type { Machine } from '../behaviour.ts';

/** What a trigger says of the units of the block beside it (manual, trigger and lifetime). */
interface Units {
  readonly velocity: 'own' | 'step/s' | 'r/min';
  readonly ramp: 'own' | 'rate' | 'time';
}

const velocities = ['own', 'own', 'step/s', 'step/s', 'step/s', 'r/min', 'r/min', 'r/min'] as const;

/** 1 to 3 are the drive's own units; from 4 on two neighbours say the same, in the manual's order. */
function unitsOf(trigger: number): Units {
  if (trigger < 4) return { velocity: 'own', ramp: 'own' };
  const pair = (trigger >> 1) - 2;
  return { velocity: velocities[pair] ?? 'own', ramp: rampOf(pair) };
}

/** Rate and time alternate; 8 and 14 leave the ramp in the drive's own unit. */
function rampOf(pair: number): Units['ramp'] {
  if (pair === 2 || pair === 5) return 'own';
  return [0, 3, 6].includes(pair) ? 'rate' : 'time';
}

export interface Ramps {
  /** Signed, counts/s. */
  readonly velocity: number;
  /** counts/s^2 */
  readonly acceleration: number;
  readonly deceleration: number;
}

/** The block in counts. A drive without S-ON is an AZ, whose own unit is the step. */
export function rampsOf(trigger: number, machine: Machine): Ramps {
  const { velocity: velocityUnit, ramp } = unitsOf(trigger);
  const isStep = velocityUnit === 'step/s' || (velocityUnit === 'own' && isAz(machine));
  const countsPerUnit = isStep ? 1 : machine.profile.countsPerRevolution / 60;
  const velocity = machine.value('profileVelocity') * countsPerUnit;
  const isTime = ramp === 'time' || (ramp === 'own' && !isAz(machine) && machine.value('accelerationUnit') === 1);
  // a time counts from the velocity at which the operation is told to the one that it is told
  const change = Math.abs(velocity - machine.shaft().demand(machine.nowMs()).velocity);
  const rateOf = (value: number, span: number): number => (isTime ? span / (value / 1000) : value * countsPerUnit);
  return {
    velocity,
    acceleration: rateOf(machine.value('profileAcceleration'), change),
    deceleration: rateOf(machine.value('profileDeceleration'), Math.max(change, Math.abs(velocity))),
  };
}

export const isAz = ({ profile }: Pick<Machine, 'profile'>): boolean => profile.directData?.inputs.servoOn === null;
