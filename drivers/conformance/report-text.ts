import type { ConformanceReport, Measured, StepReport } from './report.ts';

const MARKS: Readonly<Record<StepReport['status'], string>> = {
  passed: 'passed      ',
  failed: 'FAILED      ',
  'not-possible': 'not possible',
  'not-run': 'not run     ',
};

const VERDICTS: Readonly<Record<ConformanceReport['verdict'], string>> = {
  conforms: 'CONFORMS: the drive does what its profile says.',
  partial: 'PARTIAL: nothing failed, but not every step was run.',
  fails: 'FAILS: the drive does not do what its profile says.',
  interrupted: 'INTERRUPTED: the run did not come to its end.',
};

/** The report for people; the verdict comes last. */
export function reportText(report: ConformanceReport): string {
  const { profile, unit, frames } = report;
  const channel = profile.channel === null ? '' : `, channel ${profile.channel}`;
  return [
    `${profile.title} (${profile.id}${channel}) at unit ${unit}`,
    `source: ${profile.source} (confidence: ${profile.confidence})`,
    `identity: ${report.identity === null ? 'unknown' : measuredText(report.identity)}`,
    ...report.steps.map(stepText),
    ...registerLines(report),
    ...inferredLines(report),
    `${frames.requests} frames, ${frames.timeouts} silences, ${frames.badFrames} bad, ${frames.exceptions} exceptions; ${(report.durationMs / 1000).toFixed(1)} s from ${report.startedAt}`,
    VERDICTS[report.verdict],
  ].join('\n');
}

function stepText({ status, title, detail, measured }: StepReport): string {
  const values = measuredText(measured);
  return `${MARKS[status]}  ${title}: ${detail}${values === '' ? '' : `\n                ${values}`}`;
}

const measuredText = (measured: Measured): string =>
  Object.entries(measured)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name} ${typeof value === 'number' ? Number(value.toFixed(4)) : String(value)}`)
    .join(', ');

function registerLines({ registers }: ConformanceReport): readonly string[] {
  if (registers.length === 0) return [];
  const lines = registers.map(
    ({ signal, address, value, problem }) =>
      `  0x${address.toString(16).toUpperCase().padStart(4, '0')}  ${signal}: ${problem ?? String(value)}`,
  );
  return ['registers:', ...lines];
}

function inferredLines({ inferred }: ConformanceReport): readonly string[] {
  if (inferred.length === 0) return ['no fact of the profile is marked inferred'];
  return [
    'inferred facts of the profile:',
    ...inferred.map(({ path, see }) => `  ${path}${see === null ? '' : `: ${see}`}`),
  ];
}
