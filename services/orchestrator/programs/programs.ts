import type { Site } from '../../../config/index.ts';
import {
  problem,
  Refusal,
  type Problem,
  type ProgramOutline,
  type ProgramResource,
  type ProgramSummary,
} from '../../contracts/index.ts';
import type { ProgramStore, StoredProgram } from '../store/index.ts';
import type { Clock } from '../time.ts';
import type { CompileParts, ReadProgram } from './domain/compile.ts';
import { readDocument, readProgram, type CheckedProgram, type ProgramProblem } from './domain/read-program.ts';
import { kept } from './kept.ts';

export interface ProgramsParts {
  readonly site: Site;
  readonly store: ProgramStore;
  readonly clock: Clock;
}

/** A program ready to run, with the texts that it was made of. */
export interface ReadyProgram extends CheckedProgram {
  readonly version: number;
  readonly sources: Readonly<Record<string, string>>;
}

/** The programs of a site: checked before they are stored, versioned, checked again before they run. */
export interface Programs {
  list(): Promise<readonly ProgramSummary[]>;
  /** @throws Refusal notFound */
  read(id: string): Promise<ProgramResource>;
  /** What a text is about that could be stored. @throws Refusal invalidProgram with every problem, its line and column */
  check(id: string, source: string): Promise<ProgramOutline>;
  /** @throws Refusal invalidProgram with every problem, its line and column */
  save(id: string, source: string, by: string | null): Promise<ProgramResource>;
  /** @throws Refusal notFound */
  remove(id: string): Promise<void>;
  /** @throws Refusal notFound, invalidProgram */
  ready(id: string): Promise<ReadyProgram>;
  /** From texts that a run was made of. @throws Refusal invalidProgram when the site has changed so that they no longer fit */
  readyFrom(id: string, sources: Readonly<Record<string, string>>): CheckedProgram;
}

interface Stored {
  readonly source: string;
}

export function createPrograms({ site, store, clock }: ProgramsParts): Programs {
  const all = async (): Promise<ReadonlyMap<string, StoredProgram>> =>
    new Map((await kept(store.list())).map((program) => [program.id, program]));
  const find = async (id: string): Promise<StoredProgram> => {
    const found = await kept(store.read(id));
    if (found !== null) return found;
    throw new Refusal(problem('notFound', `There is no program ${id}.`));
  };
  return {
    list: async () => [...(await all()).values()].map(summaryOf),
    read: async (id) => resourceOf(await find(id)),
    async check(id, source) {
      const { program } = checked(id, source, { site, sources: sourcesOf(await all()) });
      const { title = null, parameters = {} } = program.document;
      return { program: id, title, parameters };
    },
    async save(id, source, by) {
      const others = sourcesOf(await all());
      checked(id, source, { site, sources: others });
      const savedAt = new Date(clock.unixMs()).toISOString();
      return resourceOf(await kept(store.save({ id, document: { source }, savedAt, savedBy: by })));
    },
    async remove(id) {
      if (await kept(store.remove(id))) return;
      throw new Refusal(problem('notFound', `There is no program ${id}.`));
    },
    async ready(id) {
      const { version } = await find(id);
      const sources = sourcesOf(await all());
      const { program, used } = checked(id, sources[id] ?? '', { site, sources });
      return { ...program, version, sources: used };
    },
    readyFrom: (id, sources) => checked(id, sources[id] ?? '', { site, sources }).program,
  };
}

const sourceOf = ({ document }: StoredProgram): string => (document as unknown as Stored).source;
const sourcesOf = (programs: ReadonlyMap<string, StoredProgram>): Record<string, string> =>
  Object.fromEntries([...programs].map(([id, program]) => [id, sourceOf(program)]));

interface Library {
  readonly site: Site;
  readonly sources: Readonly<Record<string, string>>;
}

/** Checks a text against the site and the programs it calls, and keeps which those are. */
function checked(
  id: string,
  source: string,
  { site, sources }: Library,
): { readonly program: CheckedProgram; readonly used: Readonly<Record<string, string>> } {
  const used: Record<string, string> = { [id]: source };
  const library: CompileParts['library'] = (called): ReadProgram | null => {
    const text = called === id ? source : sources[called];
    const read = text === undefined ? null : readDocument(called, text);
    if (text === undefined || read === null || !read.ok) return null;
    used[called] = text;
    return read.program;
  };
  const answer = readProgram(id, source, { site, library });
  if (answer.ok) return { program: answer.program, used };
  throw new Refusal(invalid(id, answer.problems));
}

function invalid(id: string, problems: readonly ProgramProblem[]): Problem {
  const errors = problems.map(({ line, column, path, message }) => ({ path, line, column, detail: message }));
  const sentences = problems.map(({ line, column, path, message }) => `${line}:${column} ${path}: ${message}`);
  return problem('invalidProgram', `Program ${id} has ${problems.length} problems: ${sentences.join('; ')}`, {
    errors,
  });
}

function summaryOf(stored: StoredProgram): ProgramSummary {
  const read = readDocument(stored.id, sourceOf(stored));
  const { title = null, parameters = {} } = read.ok ? read.program.document : {};
  const { id: program, version, savedAt, savedBy } = stored;
  return { program, version, title, parameters, savedAt, savedBy };
}

const resourceOf = (stored: StoredProgram): ProgramResource => ({ ...summaryOf(stored), source: sourceOf(stored) });
