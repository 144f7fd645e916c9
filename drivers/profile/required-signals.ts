import { families } from './families.ts';
import type { Access, Family } from './families/family.ts';
import type { Profile, Verb } from './profile.ts';
import { signalEntries } from './signal-entries.ts';
import type { SignalName } from './signal-name.ts';

type Needs = Readonly<Partial<Record<Verb, Readonly<Partial<Record<SignalName, Access>>>>>>;

/** Held against the vocabulary here, because the families make a part of it. */
const needs: Readonly<Record<Profile['scheme'], Needs>> = {
  cia402: families.cia402.needs,
  'command-block': families['command-block'].needs,
  'twin-axis': families['twin-axis'].needs,
  'position-table': families['position-table'].needs,
  'direct-data': families['direct-data'].needs,
  'goal-position': families['goal-position'].needs,
  'open-loop-speed': families['open-loop-speed'].needs,
  cover: families.cover.needs,
};

/** Whether drives of this family can have the verb at all. */
export function isVerbOf(scheme: Profile['scheme'], verb: Verb): boolean {
  return needs[scheme][verb] !== undefined;
}

/** The signals that `verb` needs and the profile lacks or cannot access in that way; empty when it can be carried out. */
export function missingSignals(profile: Profile, verb: Verb): readonly SignalName[] {
  return signalEntries(needs[profile.scheme][verb] ?? {})
    .filter(([signal, access]) => {
      const own = profile.registers[signal]?.access;
      return own !== access && own !== 'read-write';
    })
    .map(([signal]) => signal);
}

/** The signals without which a fast poll tells no state. */
export function statusSignals(scheme: Profile['scheme']): readonly SignalName[] {
  return families[scheme].status;
}

/** Whether one halt can be given a ramp of its own. */
export function haltTakesRamp({ scheme, registers }: Profile): boolean {
  const { haltRamp }: Family = families[scheme];
  return signalEntries(registers).some(([signal, { access }]) => signal === haltRamp && access !== 'read');
}

const IN_EVERY_FAMILY: readonly SignalName[] = ['controlword', 'modeOfOperation', 'targetVelocity'];

/** Whether a write of the signal acts on motion the moment it arrives. */
export function actsAtOnce(scheme: Profile['scheme'], signal: SignalName): boolean {
  const family: Family = families[scheme];
  return IN_EVERY_FAMILY.includes(signal) || (family.actsAtOnce ?? []).includes(signal);
}
