import { channelNames, channelProfile } from './channel.ts';
import { valueProblem, wordsOf } from './codec.ts';
import { commissioningFits } from './commissioning-checks.ts';
import { hex, type Contradiction } from './contradiction.ts';
import type { Cia402Facts } from './families/cia402.ts';
import type { ChannelName, Profile } from './profile.ts';
import { pollContradictions } from './poll-cost.ts';
import type { Register } from './register.ts';
import { registerContradictions } from './register-checks.ts';
import { isVerbOf, missingSignals, statusSignals } from './required-signals.ts';
import { scaleContradictions } from './scale-checks.ts';
import { signalEntries } from './signal-entries.ts';

type Check = (profile: Profile) => readonly Contradiction[];

/** Everything that the shape alone cannot tell; of two axes in one unit each must be sound by itself. */
export function contradictions(profile: Profile): readonly Contradiction[] {
  const channels = channelNames(profile);
  if (channels.length === 0) return checks.flatMap((check) => check(profile));
  const found = channels.flatMap((channel) => {
    const whole = channelProfile(profile, channel);
    return checks.flatMap((check) => check(whole)).map((problem) => inChannel(problem, profile, channel));
  });
  return [...new Map(found.map((problem) => [JSON.stringify(problem), problem])).values()];
}

function inChannel(problem: Contradiction, profile: Profile, channel: ChannelName): Contradiction {
  const [section, signal] = problem.path;
  const own: Readonly<Record<string, unknown>> = profile.channels?.[channel]?.registers ?? {};
  if (section !== 'registers' || signal === undefined || !(signal in own)) return problem;
  return { ...problem, path: ['channels', channel, ...problem.path] };
}

const checks: readonly Check[] = [
  (profile) => registerContradictions(profile.registers),
  scaleContradictions,
  pollContradictions,
  pollsAreReadable,
  statusIsPolled,
  verbsHaveRegisters,
  identityIsReadable,
  watchdogFits,
  factsFitTheScheme,
  cia402FactsFit,
  openLoopFactsFit,
  commissioningFits,
  resetValuesFit,
  settingsCanBeChecked,
  faultCodesAreUnique,
];

/** A value, or the command block that it can only be read and written with. */
const frameWords = ({ type, block }: Register): number => block?.words ?? wordsOf(type);

function pollsAreReadable(profile: Profile): readonly Contradiction[] {
  return signalEntries(profile.registers)
    .filter(([, register]) => register.poll !== 'never')
    .flatMap(([signal, register]) => {
      const path = ['registers', signal, 'poll'];
      if (register.access === 'write') return [{ path, expected: 'never: the register cannot be read' }];
      if (frameWords(register) <= profile.limits.maxReadRegisters) return [];
      return [{ path, expected: `never: its ${frameWords(register)} registers do not fit limits.maxReadRegisters` }];
    });
}

/** Without these in the fast poll no state can be told. */
function statusIsPolled(profile: Profile): readonly Contradiction[] {
  return statusSignals(profile.scheme)
    .filter((signal) => profile.registers[signal]?.poll !== 'fast')
    .map((signal) => ({ path: ['registers', signal], expected: `${signal} with poll: fast, for the status read` }));
}

function verbsHaveRegisters(profile: Profile): readonly Contradiction[] {
  return profile.verbs.flatMap((verb, index) => {
    const path = ['verbs', index];
    if (profile.verbs.indexOf(verb) !== index) return [{ path, expected: `${verb} only once` }];
    if (!isVerbOf(profile.scheme, verb)) return [{ path, expected: `no ${verb}: scheme ${profile.scheme} has none` }];
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
  if ((profile.registers.watchdogTimeout?.access ?? 'read') === 'read') {
    found.push({ path: ['watchdog'], expected: 'a writable register watchdogTimeout, or null' });
  }
  if (!(watchdog.minMs <= watchdog.defaultMs && watchdog.defaultMs <= watchdog.maxMs)) {
    found.push({ path: ['watchdog'], expected: 'minMs <= defaultMs <= maxMs' });
  }
  return found;
}

const sections = {
  cia402: 'cia402',
  'command-block': 'commandBlock',
  'twin-axis': 'twinAxis',
  'position-table': 'positionTable',
  'direct-data': 'directData',
  'goal-position': 'goalPosition',
  'open-loop-speed': 'openLoopSpeed',
  cover: 'cover',
} as const satisfies Record<Profile['scheme'], keyof Profile>;

/** The facts of its own scheme, and of no other: they would be believed to have an effect. */
function factsFitTheScheme(profile: Profile): readonly Contradiction[] {
  const own = sections[profile.scheme];
  const others = Object.values(sections).filter((section) => section !== own && profile[section] !== undefined);
  const foreign = others.map((section) => ({ path: [section], expected: `no facts of another scheme than ${own}` }));
  if (profile[own] !== undefined) return foreign;
  return [{ path: ['scheme'], expected: `a section ${own} with the facts of this scheme` }, ...foreign];
}

function cia402FactsFit(profile: Profile): readonly Contradiction[] {
  const facts = profile.cia402;
  if (facts === undefined) return [];
  const found: Contradiction[] = [];
  if (facts.inputs !== null && profile.registers.digitalInputs === undefined) {
    found.push({ path: ['cia402', 'inputs'], expected: 'a register digitalInputs, or null' });
  }
  if (
    profile.verbs.includes('setPosition') &&
    !profile.homingMethods.includes(37) &&
    !profile.homingMethods.includes(35)
  ) {
    found.push({ path: ['homingMethods'], expected: '37 or 35 for setPosition' });
  }
  return [...found, ...cia402RegistersFit(profile, facts)];
}

/** Registers that only some drives of the family have, but must have where a fact speaks of them. */
function cia402RegistersFit({ registers }: Profile, facts: Cia402Facts): readonly Contradiction[] {
  const found: Contradiction[] = [];
  if (registers.modeOfOperation !== undefined && (registers.modeDisplay ?? registers.modeOfOperation).poll !== 'fast') {
    const expected = 'a register modeDisplay with poll: fast, or modeOfOperation readable with poll: fast';
    found.push({ path: ['registers', 'modeOfOperation'], expected });
  }
  if (facts.controlMode !== undefined && (registers.controlMode?.access ?? 'write') === 'write') {
    found.push({ path: ['cia402', 'controlMode'], expected: 'a readable register controlMode' });
  }
  if (facts.homingShows === 'referenced-bit' && facts.referencedBit === null) {
    found.push({ path: ['cia402', 'referencedBit'], expected: 'the bit that shows the end of a homing' });
  }
  return found;
}

/** Full speed in the register, in counts and in turns must be one and the same. */
function openLoopFactsFit({ openLoopSpeed: facts, registers, countsPerRevolution }: Profile): readonly Contradiction[] {
  const { targetVelocity } = registers;
  if (facts === undefined || targetVelocity === undefined) return [];
  const fullSpeed = facts.fullSpeed.register * targetVelocity.scale;
  const counts = (fullSpeed * 60) / facts.fullSpeed.revolutionsPerMinute;
  const found: Contradiction[] = [];
  if (Math.abs(counts / countsPerRevolution - 1) > 1e-6) {
    found.push({ path: ['countsPerRevolution'], expected: `${counts}, which makes openLoopSpeed.fullSpeed come true` });
  }
  if (targetVelocity.range?.[0] !== -fullSpeed || targetVelocity.range[1] !== fullSpeed) {
    const expected = `[${-fullSpeed}, ${fullSpeed}], the full speed both ways`;
    found.push({ path: ['registers', 'targetVelocity', 'range'], expected });
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

function settingsCanBeChecked({ mustHold, registers }: Profile): readonly Contradiction[] {
  return signalEntries(mustHold).flatMap(([signal, value]) => {
    const register = registers[signal];
    const path = ['mustHold', signal];
    if (register === undefined) return [{ path, expected: 'a signal that has a register' }];
    if (register.access === 'write') return [{ path, expected: 'a register that can be read' }];
    const problem = valueProblem(value, register);
    return problem === null ? [] : [{ path, expected: `another value: ${problem}` }];
  });
}

function faultCodesAreUnique(profile: Profile): readonly Contradiction[] {
  const codes = profile.faults.map((fault) => fault.code);
  return codes.flatMap((code, index) =>
    codes.indexOf(code) === index ? [] : [{ path: ['faults', index, 'code'], expected: `${hex(code)} only once` }],
  );
}
