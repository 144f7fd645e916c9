import type { LedgerEntry } from '../../simulator/index.ts';
import type { Delivery, Fact } from './facts.ts';
import { Evidence } from './oracle/evidence.ts';
import type { Trigger } from './oracle/trigger.ts';
import type { Violation } from './oracle/violation.ts';
import type { World } from './world.ts';

interface Line {
  readonly atMs: number;
  readonly text: string;
}

/** What happened in one run, a line for each event, in order of time; frames only where they move or stop something. */
export function tell(world: World, violations: readonly Violation[]): string {
  const entries = world.simulator.ledger.entries();
  const evidence = new Evidence(world, entries);
  const lines = [
    ...world.facts.all.flatMap((fact) => lineOf(fact)),
    ...evidence.frames.triggers.map((trigger) => ofTrigger(trigger, evidence)),
    ...entries.flatMap((entry) => ofMotion(entry, evidence)),
    ...violations.map(({ atMs, rule, drive, detail }) => ({ atMs, text: `!!! ${rule}: ${drive}: ${detail}` })),
  ];
  return lines
    .toSorted((a, b) => a.atMs - b.atMs)
    .map(({ atMs, text }) => `${atMs.toFixed(1).padStart(9)}  ${text}`)
    .join('\n');
}

function lineOf(fact: Fact): readonly Line[] {
  const text = textOf(fact);
  return text === null ? [] : [{ atMs: fact.atMs, text }];
}

type Teller<Kind extends Fact['kind']> = (fact: Extract<Fact, { kind: Kind }>) => string | null;

const TELLERS: { readonly [Kind in Fact['kind']]: Teller<Kind> } = {
  delivery: (fact) => `${fact.order.drive}: ${orderOf(fact)}`,
  report: ({ drive, command, id, status, code, stop }) =>
    `${drive}: says that ${command} ${id?.slice(0, 8) ?? ''} is ${status} ${code ?? ''} ${stop ?? ''}`,
  edge: ({ drive, from, to }) => `${drive}: ${from} to ${to}`,
  blow: ({ what, on, detail = '' }) => `*** ${what} (${on}) ${detail}`,
  lease: ({ drive, token, owner, untilMs }) =>
    `${drive}: lease ${token === null ? 'given back' : `${token} to ${owner} until ${untilMs.toFixed(0)}`}`,
  commit: ({ line, asked: { group, drives, startAt, ttlMs } }) =>
    `line ${line}: told to start ${drives.join(' and ')} of group ${group} ${startAt ?? 'at once'}, within ${ttlMs} ms`,
  'group-end': ({ group, command, status, code }) => `group ${group}: says that ${command} is ${status} ${code ?? ''}`,
  sent: ({ what, line, unit }) => (what === 'other' ? null : `line ${line}: ${what} frame to unit ${unit}`),
  reading: () => null,
  miscount: ({ line, unit, counted, given }) =>
    `line ${line}: counted ${counted} answers of unit ${unit}, which gave ${given}`,
};

const textOf = <Kind extends Fact['kind']>(
  fact: Extract<Fact, { kind: Kind }> & { readonly kind: Kind },
): string | null => TELLERS[fact.kind](fact);

function orderOf({ order, how, life, answer, code }: Delivery): string {
  const { id: _id, ...body } = order.body;
  const said = answer === 'refused' ? `refused (${code})` : answer;
  return `order ${order.number} from ${order.from} by ${order.via}, ${how}, life ${life}: ${order.command} ${JSON.stringify(body)} -> ${said}`;
}

function ofTrigger({ atMs, drive, kind, target }: Trigger, evidence: Evidence): Line {
  return { atMs, text: `${drive}: the drive takes a ${kind} to ${(target / evidence.scale(drive)).toFixed(3)}` };
}

function ofMotion(entry: LedgerEntry, evidence: Evidence): readonly Line[] {
  if (entry.kind === 'frame') return [];
  const place = (entry.to / evidence.scale(entry.drive)).toFixed(3);
  return [
    {
      atMs: entry.atMs,
      text: `${entry.drive}: the shaft ${WORDS[entry.kind]} at ${place}, by ${JSON.stringify(entry.cause)}`,
    },
  ];
}

const WORDS = { start: 'starts', change: 'takes another course', stop: 'comes to rest' } as const;
