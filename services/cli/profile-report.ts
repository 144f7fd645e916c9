import {
  channelNames,
  inferredFacts,
  pollCost,
  Verb,
  type InferredFact,
  type PollCost,
  type Profile,
} from '../../drivers/profile/index.ts';

type Serial = Pick<Profile['serial'], 'baudRate' | 'parity' | 'stopBits'>;

const PARITIES = { none: 'N', even: 'E', odd: 'O' } as const;
const COLUMN = 11;

/** What a person wants to see of a profile that is right. */
export function profileReport(profile: Profile): readonly string[] {
  const { id, title, scheme, placeholder, deny, notes } = profile;
  return [
    row('profile', `${id}: ${title}${placeholder ? '; a placeholder, no map of the maker' : ''}`),
    row('scheme', `${scheme}${channelNames(profile).length > 0 ? ', two axes in one unit' : ''}`),
    row('line', lineText(profile)),
    row('verbs', verbsText(profile)),
    ...pollText('fast poll', pollCost(profile, 'fast')),
    ...pollText('slow poll', pollCost(profile, 'slow')),
    row('watchdog', watchdogText(profile)),
    ...(deny.length === 0 ? [] : [row('refused', `writes to ${deny.map(({ address }) => hex(address)).join(', ')}`)]),
    ...listed('inferred', inferredFacts(profile).map(inferredText)),
    ...listed('notes', notes),
  ];
}

/** The same for machines. */
export function profileSummary(profile: Profile): object {
  const { id, title, scheme, framing, verbs, watchdog } = profile;
  return {
    id,
    title,
    scheme,
    framing,
    verbs,
    watchdog,
    fastPoll: pollSummary(pollCost(profile, 'fast')),
    slowPoll: pollSummary(pollCost(profile, 'slow')),
    inferred: inferredFacts(profile),
  };
}

const row = (name: string, text: string): string => `  ${name.padEnd(COLUMN)} ${text}`;

function listed(name: string, entries: readonly string[]): readonly string[] {
  return entries.map((entry, index) => row(index === 0 ? name : '', entry));
}

function lineText({ framing, serial, units }: Profile): string {
  const others = serial.candidates.map(serialText);
  const scanned = others.length === 0 ? '' : ` (scans also try ${others.join(', ')})`;
  const named = (unit: number): string => (units.greatest > 0xff ? hex(unit) : String(unit));
  return `${serialText(serial)}${scanned}, ${framing}, units ${named(units.least)} to ${named(units.greatest)}, ${named(units.factory)} from the factory`;
}

const serialText = ({ baudRate, parity, stopBits }: Serial): string => `${baudRate} 8${PARITIES[parity]}${stopBits}`;

function verbsText({ verbs }: Profile): string {
  const lacking = Verb.options.filter((verb) => !verbs.includes(verb));
  return `${verbs.join(', ')}${lacking.length === 0 ? '' : `; it lacks ${lacking.join(', ')}`}`;
}

function pollText(name: string, { reads, ms }: PollCost): readonly string[] {
  if (reads.length === 0) return [row(name, 'none')];
  const summary = `${counted(reads.length, 'read')}, ${ms.toFixed(1)} ms on the wire at most`;
  const rate = name === 'fast poll' ? `: ${Math.floor(1000 / ms)} readings a second at least` : '';
  return [row(name, `${summary}${rate}`), ...reads.map((read) => row('', readText(read)))];
}

function readText({ block: { table, address, count, signals }, ms }: PollCost['reads'][number]): string {
  const names = [...new Set(signals.map(({ signal }) => signal))].join(' ');
  return `${table.padEnd(7)} ${hex(address)} ${counted(count, 'register').padEnd(12)} ${ms.toFixed(1).padStart(6)} ms  ${names}`;
}

function pollSummary({ reads, ms }: PollCost): object {
  const frames = reads.map(({ block: { table, address, count, signals }, ms: own }) => ({
    table,
    address,
    count,
    ms: own,
    signals: [...new Set(signals.map(({ signal }) => signal))],
  }));
  return { ms, reads: frames };
}

function watchdogText({ watchdog }: Profile): string {
  if (watchdog === null) return 'none: nothing stops the drive when its line is cut';
  return `${watchdog.defaultMs} ms unless told, ${watchdog.minMs} to ${watchdog.maxMs} ms`;
}

const inferredText = ({ path, see }: InferredFact): string => `${path}${see === null ? '' : ` (${see})`}`;
const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
const hex = (address: number): string => `0x${address.toString(16).toUpperCase().padStart(4, '0')}`;
