import { lineTiming } from '../../../drivers/modbus/index.ts';
import type { Profile } from '../../../drivers/profile/index.ts';
import type { SerialSettings } from '../../contracts/index.ts';
import { everyProbe, fewestProbes, profilesAt, type Framing, type Probe } from './probe.ts';
import { sameSerial, serialsOf } from './serial-choice.ts';
import type { UnitChoice } from './unit-list.ts';

/** What one unit is asked, in order, until it answers. */
export interface Question {
  readonly unit: number;
  readonly probes: readonly Probe[];
}

/** Questions with one setting of the port. */
export interface Pass {
  readonly serial: SerialSettings;
  readonly framing: Framing;
  /** With the units that are asked first, and every question to them. */
  readonly isLikely: boolean;
  readonly questions: readonly Question[];
}

export interface ScanPlan {
  /** First the likely units with every setting, then the others. */
  readonly passes: readonly Pass[];
  readonly settings: readonly SerialSettings[];
  readonly units: readonly number[];
  readonly profiles: readonly Profile[];
}

interface Choice {
  readonly settings: readonly SerialSettings[];
  readonly units: UnitChoice;
}

/** Which units are asked with which settings, the likeliest first: whoever interrupts a scan has most of it by then. */
export function planScan(profiles: readonly Profile[], { settings, units }: Choice): ScanPlan {
  const passes = [
    ...settings.map((serial) => passOf(profiles, { serial, units: units.first, isLikely: true })),
    ...ownFramings(profiles, { settings, units }),
    ...settings.map((serial) => passOf(profiles, { serial, units: units.rest, isLikely: false })),
  ];
  return {
    passes: passes.filter(({ questions }) => questions.length > 0),
    settings,
    units: [...units.first, ...units.rest],
    profiles,
  };
}

interface PassParts {
  readonly serial: SerialSettings;
  readonly units: readonly number[];
  readonly isLikely: boolean;
}

/** Drives that do not speak Modbus are asked in their own frames, at the address that the factory or the site file gave. */
function ownFramings(profiles: readonly Profile[], { settings, units }: Choice): readonly Pass[] {
  const foreign = profiles.filter(({ framing }) => framing !== 'rtu');
  return foreign.flatMap((profile) => {
    const serials = settings.filter((serial) => serialsOf(profile).some((known) => sameSerial(known, serial)));
    const asked = [...new Set([...units.first.filter((unit) => unit > LAST_MODBUS_UNIT), profile.units.factory])];
    const questions = asked.map((unit) => ({ unit, probes: everyProbe([profile]) }));
    return serials.map((serial) => ({ serial, framing: profile.framing, isLikely: true, questions }));
  });
}

const LAST_MODBUS_UNIT = 247;

function passOf(profiles: readonly Profile[], { serial, units, isLikely }: PassParts): Pass {
  const probesOf = isLikely ? everyProbe : fewestProbes;
  const questions = units.map((unit) => ({ unit, probes: probesOf(profilesAt(profiles, { serial, unit })) }));
  return { serial, framing: 'rtu', isLikely, questions: questions.filter(({ probes }) => probes.length > 0) };
}

/** What the port adds to the wire. */
export interface Pace {
  readonly adapterLatencyMs: number;
}

/** The time that a question costs when nobody answers: the line's own time-out, and the silence before it. */
export function probeMs(probe: Probe, serial: SerialSettings, pace: Pace): number {
  const timing = lineTiming({ serial, ...pace });
  return timing.gapMs + timing.timeoutMs({ request: 8, answer: 5 + 2 * probe.count }, probe.turnaroundMs);
}

function questionMs({ probes }: Question, serial: SerialSettings, pace: Pace): number {
  return probes.reduce((sum, probe) => sum + probeMs(probe, serial, pace), 0);
}

export function passMs({ serial, questions }: Pass, pace: Pace): number {
  return questions.reduce((sum, question) => sum + questionMs(question, serial, pace), 0);
}
