import { atValue, issueProblems, readYaml, type ProblemAt } from '../../../../config/index.ts';
import { ProgramDocument } from '../../../contracts/index.ts';
import { compileProgram, type CompileParts, type ReadProgram } from './compile.ts';
import type { Instruction } from './instruction.ts';

/** One thing wrong with a program's text. */
export interface ProgramProblem {
  readonly line: number;
  readonly column: number;
  readonly path: string;
  readonly message: string;
}

/** A program that may be run. */
export interface CheckedProgram extends ReadProgram {
  readonly instructions: readonly Instruction[];
}

export type ProgramAnswer =
  | { readonly ok: true; readonly program: CheckedProgram }
  | { readonly ok: false; readonly problems: readonly ProgramProblem[] };

const NAMES =
  'letters, digits and underscores, beginning with a letter (drives and groups: lower-case letters, digits, dashes)';

/** Reads and checks a program, YAML or JSON; every problem at once, in the order of its lines. */
export function readProgram(id: string, text: string, parts: CompileParts): ProgramAnswer {
  const read = readDocument(id, text);
  if (!read.ok) return read;
  const { instructions, problems } = compileProgram(read.program, parts);
  const all = [...problems, ...misnamed(read.program)];
  if (all.length > 0) return { ok: false, problems: inOrder(all.map(read.place)) };
  return { ok: true, program: { ...read.program, instructions } };
}

type DocumentAnswer =
  | { readonly ok: true; readonly program: ReadProgram; readonly place: (problem: ProblemAt) => ProgramProblem }
  | { readonly ok: false; readonly problems: readonly ProgramProblem[] };

/** Reads a program without looking at what it names: its shape is right, or every problem of it is told. */
export function readDocument(id: string, text: string): DocumentAnswer {
  const source = readYaml(text);
  if (source.problems.length > 0) return { ok: false, problems: source.problems };
  const place = ({ path, part, message }: ProblemAt): ProgramProblem => ({
    ...source.place(path, part),
    path: path.join('.'),
    message,
  });
  const parsed = ProgramDocument.safeParse(source.value, { reportInput: true });
  if (parsed.success) {
    const lineOf: ReadProgram['lineOf'] = (path) => source.place(path, 'key').line;
    return { ok: true, program: { id, document: parsed.data, lineOf }, place };
  }
  const words = { schema: ProgramDocument, names: NAMES };
  return { ok: false, problems: inOrder(issueProblems(parsed.error.issues, words).map(place)) };
}

function misnamed({ id, document: { program: named } }: ReadProgram): readonly ProblemAt[] {
  if (named === undefined || named === id) return [];
  return [atValue(['program'], `is "${named}"; expected "${id}", the name it is stored under`)];
}

const inOrder = (problems: readonly ProgramProblem[]): readonly ProgramProblem[] =>
  problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
