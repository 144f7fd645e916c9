import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { readYaml } from '../../../config/index.ts';
import { DryRunReport, Id, ProgramOutline, ProgramResource, ProgramSummary } from '../../contracts/index.ts';
import { CommandFailure } from '../failure.ts';
import { dryRunLines, programTable } from '../run-words.ts';
import { createSiteClient, type ClientOptions } from '../site-client.ts';

export interface NamedOptions extends ClientOptions {
  /** Under which the file's program is stored. */
  readonly name?: string;
}

export interface DryRunOptions extends ClientOptions {
  readonly parameter?: Readonly<Record<string, number | boolean>>;
}

const pathOf = (program: string): string => `/v1/programs/${encodeURIComponent(program)}`;

/** Prints for people or for machines. */
function print({ json }: ClientOptions, value: unknown, lines: readonly string[]): void {
  const text = json === true ? JSON.stringify(value) : lines.join('\n');
  process.stdout.write(text === '' || text.endsWith('\n') ? text : `${text}\n`);
}

export async function listPrograms(options: ClientOptions): Promise<void> {
  const programs = ProgramSummary.array().parse(await createSiteClient(options).call('/v1/programs'));
  print(options, programs, programTable(programs));
}

export async function showProgram(name: string, options: ClientOptions): Promise<void> {
  const program = ProgramResource.parse(await createSiteClient(options).call(pathOf(name)));
  print(options, program, [program.source]);
}

/** Checked by the site as storing it would: drives, groups, limits and called programs are the site's. */
export async function validateProgram(file: string, options: NamedOptions): Promise<void> {
  const { name, text } = readProgramFile(file, options.name);
  const answer = await createSiteClient(options).call(`${pathOf(name)}/checks`, { method: 'POST', yaml: text });
  print(options, ProgramOutline.parse(answer), [`${file} is right`]);
}

export async function putProgram(file: string, options: NamedOptions): Promise<void> {
  const { name, text } = readProgramFile(file, options.name);
  const answer = await createSiteClient(options).call(pathOf(name), { method: 'PUT', yaml: text });
  const stored = ProgramResource.parse(answer);
  print(options, stored, [`${stored.program}: version ${stored.version} stored`]);
}

export async function removeProgram(name: string, options: ClientOptions): Promise<void> {
  await createSiteClient(options).call(pathOf(name), { method: 'DELETE' });
  print(options, { removed: name }, [`${name}: taken away; its runs stay`]);
}

/** Exit code 0 only when it would come to its end. */
export async function dryRun(name: string, { parameter = {}, ...options }: DryRunOptions): Promise<void> {
  const call = { method: 'POST', body: { parameters: parameter } } as const;
  const report = DryRunReport.parse(await createSiteClient(options).call(`${pathOf(name)}/dry-runs`, call));
  print(options, report, dryRunLines(report));
  process.exitCode = report.ok ? 0 : 1;
}

/** The name is the option's, else the one in the text, else the file's. */
function readProgramFile(file: string, given: string | undefined): { readonly name: string; readonly text: string } {
  const text = textOf(file);
  const name = given ?? namedIn(text) ?? basename(file).replace(/\.[^.]*$/, '');
  if (Id.safeParse(name).success) return { name, text };
  throw new CommandFailure(
    `"${name}" cannot be the name of a program: lower-case letters, digits and dashes; use --name`,
  );
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CommandFailure(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** What else is wrong with the text is the site's to say. */
function namedIn(text: string): string | null {
  const { value } = readYaml(text);
  const name = typeof value === 'object' && value !== null && 'program' in value ? value.program : null;
  return typeof name === 'string' ? name : null;
}
