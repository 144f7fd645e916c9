import { valueProblem, wordsOf } from './codec.ts';
import type { Profile, Register } from './profile.ts';
import { missingSignals } from './required-signals.ts';
import { signalEntries } from './signal-entries.ts';

/** A contradiction between parts of a profile each of which is well formed. */
export interface Contradiction {
  readonly path: readonly (string | number)[];
  readonly expected: string;
}

type Check = (profile: Profile) => readonly Contradiction[];

/** Everything that the shape alone cannot tell. */
export function contradictions(profile: Profile): readonly Contradiction[] {
  return checks.flatMap((check) => check(profile));
}

const checks: readonly Check[] = [
  registersOverlap,
  registersReachTooFar,
  inputsAreReadOnly,
  pollsAreReadable,
  statusIsPolled,
  verbsHaveRegisters,
  identityIsReadable,
  watchdogFits,
  cia402FactsFit,
  resetValuesFit,
  faultCodesAreUnique,
];

const hex = (address: number): string => `0x${address.toString(16).toUpperCase().padStart(4, '0')}`;
const lastWord = (register: Register): number => register.address + wordsOf(register.type) - 1;

function registersOverlap(profile: Profile): readonly Contradiction[] {
  const sorted = signalEntries(profile.registers).toSorted(([, a], [, b]) => a.address - b.address);
  return sorted.flatMap(([signal, register], index) =>
    sorted
      .slice(0, index)
      .filter(([, other]) => other.table === register.table && lastWord(other) >= register.address)
      .map(([name, other]) => ({
        path: ['registers', signal, 'address'],
        expected: `a register of its own: ${hex(register.address)} belongs to ${name} (${hex(other.address)} to ${hex(lastWord(other))})`,
      })),
  );
}

function registersReachTooFar(profile: Profile): readonly Contradiction[] {
  return signalEntries(profile.registers)
    .filter(([, register]) => lastWord(register) > 0xffff)
    .map(([signal]) => ({ path: ['registers', signal, 'address'], expected: 'both words at or below 0xFFFF' }));
}

function inputsAreReadOnly(profile: Profile): readonly Contradiction[] {
  return signalEntries(profile.registers)
    .filter(([, register]) => register.table === 'input' && register.access !== 'read')
    .map(([signal]) => ({
      path: ['registers', signal, 'access'],
      expected: 'read: input registers cannot be written',
    }));
}

function pollsAreReadable(profile: Profile): readonly Contradiction[] {
  return signalEntries(profile.registers)
    .filter(([, register]) => register.poll !== 'never')
    .flatMap(([signal, register]) => {
      const path = ['registers', signal, 'poll'];
      if (register.access === 'write') return [{ path, expected: 'never: the register cannot be read' }];
      if (wordsOf(register.type) <= profile.limits.maxReadRegisters) return [];
      return [{ path, expected: `never: ${register.type} does not fit limits.maxReadRegisters` }];
    });
}

/** Without these in the fast poll no state can be told. */
function statusIsPolled(profile: Profile): readonly Contradiction[] {
  return (['statusword', 'actualPosition'] as const)
    .filter((signal) => profile.registers[signal]?.poll !== 'fast')
    .map((signal) => ({ path: ['registers', signal], expected: `${signal} with poll: fast, for the status read` }));
}

function verbsHaveRegisters(profile: Profile): readonly Contradiction[] {
  return profile.verbs.flatMap((verb, index) => {
    const path = ['verbs', index];
    if (profile.verbs.indexOf(verb) !== index) return [{ path, expected: `${verb} only once` }];
    const missing = missingSignals(profile, verb);
    return missing.length === 0 ? [] : [{ path, expected: `registers for ${verb}: ${missing.join(', ')}` }];
  });
}

function identityIsReadable(profile: Profile): readonly Contradiction[] {
  return signalEntries(profile.identity.match)
    .filter(([signal]) => (profile.registers[signal]?.access ?? 'write') === 'write')
    .map(([signal]) => ({ path: ['identity', 'match', signal], expected: `a readable register for ${signal}` }));
}

function watchdogFits(profile: Profile): readonly Contradiction[] {
  const { watchdog } = profile;
  if (watchdog === null) return [];
  const found: Contradiction[] = [];
  if (profile.registers.watchdogTimeout?.access !== 'read-write') {
    found.push({ path: ['watchdog'], expected: 'a read-write register watchdogTimeout, or null' });
  }
  if (!(watchdog.minMs <= watchdog.defaultMs && watchdog.defaultMs <= watchdog.maxMs)) {
    found.push({ path: ['watchdog'], expected: 'minMs <= defaultMs <= maxMs' });
  }
  return found;
}

function cia402FactsFit(profile: Profile): readonly Contradiction[] {
  const facts = profile.cia402;
  if (facts === undefined) return [{ path: ['scheme'], expected: 'a section cia402 with the facts of this scheme' }];
  const found: Contradiction[] = [];
  if (facts.inputs !== null && profile.registers.digitalInputs === undefined) {
    found.push({ path: ['cia402', 'inputs'], expected: 'a register digitalInputs, or null' });
  }
  if (profile.verbs.includes('setPosition') && !facts.homingMethods.includes(37) && !facts.homingMethods.includes(35)) {
    found.push({ path: ['cia402', 'homingMethods'], expected: '37 or 35 for setPosition' });
  }
  return found;
}

function resetValuesFit(profile: Profile): readonly Contradiction[] {
  return signalEntries(profile.resetValues).flatMap(([signal, value]) => {
    const register = profile.registers[signal];
    const problem = register === undefined ? `there is no register for it` : valueProblem(value, register);
    return problem === null ? [] : [{ path: ['resetValues', signal], expected: `another value: ${problem}` }];
  });
}

function faultCodesAreUnique(profile: Profile): readonly Contradiction[] {
  const codes = profile.faults.map((fault) => fault.code);
  return codes.flatMap((code, index) =>
    codes.indexOf(code) === index ? [] : [{ path: ['faults', index, 'code'], expected: `${hex(code)} only once` }],
  );
}
