import { registerRange } from './codec.ts';
import type { Contradiction } from './contradiction.ts';
import type { Profile } from './profile.ts';
import type { Register } from './register.ts';
import { signalEntries } from './signal-entries.ts';
import type { SignalName } from './signal-name.ts';

// A scale that is wrong by a power of ten or upside down still gives numbers. These are the ones that cannot be meant.

/** Counts. */
const POSITIONS: ReadonlySet<SignalName> = new Set(['actualPosition', 'targetPosition', 'commandPosition']);
/** Counts a second. */
const VELOCITIES: ReadonlySet<SignalName> = new Set(['actualVelocity', 'targetVelocity', 'profileVelocity']);

/** No compact drive turns faster than this, nor is of use when it can turn no faster than that. */
const FASTEST_REVOLUTIONS_PER_S = 1000;
const SLOWEST_REVOLUTIONS_PER_S = 0.01;

/** Registers whose scale makes them useless, seen from a turn of the motor. */
export function scaleContradictions({ registers, countsPerRevolution }: Profile): readonly Contradiction[] {
  return signalEntries(registers).flatMap(([signal, register]) => {
    const problem = problemOf(signal, register, countsPerRevolution);
    return problem === null ? [] : [{ path: ['registers', signal, 'scale'], expected: problem }];
  });
}

function problemOf(signal: SignalName, register: Register, countsPerRevolution: number): string | null {
  if (register.inverse !== undefined) return null;
  if (POSITIONS.has(signal)) return positionProblem(register, countsPerRevolution);
  return VELOCITIES.has(signal) ? velocityProblem(register, countsPerRevolution) : null;
}

function positionProblem(register: Register, countsPerRevolution: number): string | null {
  const { scale, type, range } = register;
  if (scale > countsPerRevolution) {
    return `a scale with less than a turn a step: one step is ${turns(scale, countsPerRevolution)}; correct it, or countsPerRevolution (${countsPerRevolution})`;
  }
  const [least, greatest] = range ?? registerRange(register);
  if (greatest - least + scale >= countsPerRevolution) return null;
  return `a register that holds a whole turn: ${type} with this scale goes from ${least} to ${greatest}, a turn has ${countsPerRevolution} counts; correct scale, type or countsPerRevolution`;
}

function velocityProblem(register: Register, countsPerRevolution: number): string | null {
  const [least, greatest] = registerRange(register);
  const fastest = Math.max(-least, greatest);
  if (register.scale > FASTEST_REVOLUTIONS_PER_S * countsPerRevolution) {
    return `a scale in counts/s a step: one step is ${turns(register.scale, countsPerRevolution)} a second; correct it, or countsPerRevolution (${countsPerRevolution})`;
  }
  if (fastest >= SLOWEST_REVOLUTIONS_PER_S * countsPerRevolution) return null;
  return `a scale in counts/s a step: the fastest that ${register.type} could say is ${turns(fastest, countsPerRevolution)} a second; correct it, or countsPerRevolution (${countsPerRevolution})`;
}

const turns = (counts: number, countsPerRevolution: number): string =>
  `${Number((counts / countsPerRevolution).toPrecision(3))} turns`;
