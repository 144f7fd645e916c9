import type { DryRunReport, ProgramSummary, RunResource } from '../contracts/index.ts';

type Step = RunResource['steps'][number];

/** One step as a line says it: `steps.2 move {"drive":"curtain","position":80}`. */
function stepWords({ path, name, verb, action }: Step): string {
  const what = action === null ? verb : `${verb} ${actionWords(action)}`;
  return name === null ? `${path} ${what}` : `${path} ${name}: ${what}`;
}

const actionWords = (action: Readonly<Record<string, unknown>>): string =>
  Object.entries(action)
    .filter(([key]) => key !== 'do')
    .map(([key, value]) => `${key} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');

/** Where a run stands; the same words again mean that nothing has happened that a person would want to read. */
export function runWords({ program, status, steps, stepsDone, error }: RunResource): string {
  const where = status === 'done' ? '' : steps.map((step) => ` at ${stepWords(step)}`).join(' and');
  const why = error === null ? '' : `: ${error.detail} (${error.code})`;
  return `${program} ${status}${where}, ${stepsDone} steps done${why}`;
}

/** Newest first, under a line of titles. */
export function runTable(runs: readonly RunResource[]): readonly string[] {
  const rows = runs.map(({ run, program, status, stepsDone, startedAt, steps }) => [
    run,
    program,
    status,
    String(stepsDone),
    startedAt,
    status === 'done' ? '' : steps.map(({ path }) => path).join(' '),
  ]);
  return table([['run', 'program', 'status', 'done', 'started', 'at'], ...rows]);
}

export function programTable(programs: readonly ProgramSummary[]): readonly string[] {
  const rows = programs.map(({ program, version, title, parameters, savedAt }) => [
    program,
    String(version),
    savedAt,
    Object.entries(parameters).map(parameterWords).join(' '),
    title ?? '',
  ]);
  return table([['program', 'version', 'saved', 'parameters', 'title'], ...rows]);
}

function parameterWords([name, { default: usual, unit }]: [string, ProgramSummary['parameters'][string]]): string {
  return `${name}${usual === undefined ? '' : `=${String(usual)}`}${unit === undefined ? '' : ` ${unit}`}`;
}

export function dryRunLines({ ok, durationMs, stepsDone, violations, unforeseen, positions }: DryRunReport): string[] {
  return [
    `${ok ? 'would come to its end' : 'would NOT come to its end'}: ${stepsDone} steps, ${(durationMs / 1000).toFixed(1)} s`,
    ...violations.map((one) => `breaks: ${remarkWords(one)}`),
    ...unforeseen.map((one) => `cannot be foreseen: ${remarkWords(one)}`),
    ...positions.map(({ drive, position }) => `at its end: ${drive} at ${position ?? 'an unknown place'}`),
  ];
}

const remarkWords = ({ step, detail, code }: DryRunReport['violations'][number]): string =>
  `${step === null ? '' : `${stepWords(step)}: `}${detail} (${code})`;

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows[0]?.map((_title, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
