import type { StopReport } from '../../../contracts/index.ts';
import type { Outcome } from '../api/page-problem.ts';

export interface StopSummary {
  readonly tone: 'calm' | 'loud';
  readonly title: string;
  readonly lines: readonly string[];
}

/** What to tell a person about a stop: calm only when a read proved every axis at rest. */
export function stopSummary(outcome: Outcome<StopReport>): StopSummary {
  if (!outcome.ok) {
    return {
      tone: 'loud',
      title: 'The stop was not confirmed. Treat every axis as moving.',
      lines: [
        `${outcome.problem.title}. ${outcome.problem.detail}`,
        'Stop the machine at the machine, then press Stop all again.',
      ],
    };
  }
  const { allConfirmed, confirmed, unconfirmed, unreachable, durationMs } = outcome.value;
  if (allConfirmed && unconfirmed.length === 0 && unreachable.length === 0) return calm(confirmed, durationMs);
  return {
    tone: 'loud',
    title: `Not every axis is proved at rest: ${unconfirmed.length + unreachable.length} may still move.`,
    lines: [
      ...named('Unreachable, the stop was not delivered', unreachable),
      ...named('Sent, but no reading shows it at rest', unconfirmed),
      ...named('Confirmed at rest', confirmed),
      'Keep clear. Stop those at the machine, then press Stop all again.',
    ],
  };
}

function calm(confirmed: readonly string[], durationMs: number): StopSummary {
  const axes = confirmed.length === 1 ? 'The axis is' : `All ${confirmed.length} axes are`;
  return {
    tone: 'calm',
    title:
      confirmed.length === 0
        ? 'Stopped: there are no axes.'
        : `Stopped. ${axes} proved at rest, in ${Math.round(durationMs)} ms.`,
    lines: confirmed.length === 0 ? [] : ['Each stays latched until it is released.'],
  };
}

function named(what: string, drives: readonly string[]): string[] {
  return drives.length === 0 ? [] : [`${what}: ${drives.join(', ')}`];
}
