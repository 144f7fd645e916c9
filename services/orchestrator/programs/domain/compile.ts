import { BOOLEAN, numberIn, PLAIN, type Expression } from '../../../../config/expressions/index.ts';
import { atValue, type ProblemAt, type Site } from '../../../../config/index.ts';
import { programVerbs, type ProgramDocument, type ProgramStep, type ProgramVerb } from '../../../contracts/index.ts';
import { compileAct, isAct, type ActVerb } from './compile-acts.ts';
import { scopeOf, valueIn, type Path, type ProgramScope, type Written } from './compile-values.ts';
import { inFrame, type Assignment, type Instruction, type Where } from './instruction.ts';

/** A program that was read: its document, and the way from a path to a line of its text. */
export interface ReadProgram {
  readonly id: string;
  readonly document: ProgramDocument;
  readonly lineOf: (path: Path) => number;
}

export interface CompileParts {
  readonly site: Pick<Site, 'drives' | 'groups'>;
  /** The programs that it may call. */
  readonly library: (id: string) => ReadProgram | null;
}

type Steps = readonly ProgramStep[];

/** Calls are written out, so a program that calls much grows; beyond this it is a mistake. */
const MOST_INSTRUCTIONS = 10_000;
const TURNS = { kind: numberIn(PLAIN), least: 0, greatest: 1_000_000 };
/** Of an act whose step names none: longer than any motion, so that every wait ends. */
const DEFAULT_TIMEOUT_MS = 600_000;

/** One program inside the list that is being written. */
interface Frame {
  readonly program: ReadProgram;
  readonly scope: ProgramScope;
  readonly name: string;
  /** Programs that are being written out around this one. */
  readonly callers: readonly string[];
}

/** Writes a program out as a flat list. The problems are those of the program itself, by their paths. */
export function compileProgram(
  program: ReadProgram,
  parts: CompileParts,
): { readonly instructions: readonly Instruction[]; readonly problems: readonly ProblemAt[] } {
  const writer = new Writer(parts);
  const problems: ProblemAt[] = [];
  writer.program({ program, scope: scopeOf(program.document, parts.site, problems), name: '', callers: [program.id] });
  if (writer.instructions.length >= MOST_INSTRUCTIONS) {
    problems.push(atValue(['steps'], `more than ${MOST_INSTRUCTIONS} steps with all its calls; expected fewer`));
  }
  return { instructions: writer.instructions, problems };
}

class Writer {
  readonly instructions: Instruction[] = [];
  private readonly parts: CompileParts;
  private names = 0;

  constructor(parts: CompileParts) {
    this.parts = parts;
  }

  program(frame: Frame): void {
    this.steps(frame.program.document.steps, ['steps'], frame);
    this.push(frame, { path: ['steps'], verb: 'log', name: null }, { op: 'end' });
  }

  private steps(steps: Steps, path: Path, frame: Frame): void {
    steps.forEach((step, index) => {
      if (this.instructions.length < MOST_INSTRUCTIONS) this.step(step, [...path, index], frame);
    });
  }

  private step(step: ProgramStep, path: Path, frame: Frame): void {
    const verb = programVerbs.find((known) => step[known] !== undefined);
    if (verb === undefined) return;
    const at = { path, verb, name: step.name ?? null };
    if (isAct(verb)) this.act(step, { ...at, verb }, frame);
    else this.plain(step, at, frame);
  }

  private act(step: ProgramStep, at: At & { readonly verb: ActVerb }, frame: Frame): void {
    const context = { site: this.parts.site, scope: frame.scope, path: [...at.path, at.verb] };
    const act = compileAct(step, at.verb, context);
    const { timeoutMs = DEFAULT_TIMEOUT_MS, onError = 'fail' } = step;
    if (act !== null) this.push(frame, at, { op: 'act', act, timeoutMs, onError });
  }

  private plain(step: ProgramStep, at: At, frame: Frame): void {
    for (const option of ['timeoutMs', 'onError'] as const) {
      if (step[option] === undefined) continue;
      frame.scope.problems.push(
        atValue([...at.path, option], `has no effect beside ${at.verb}; expected it on the steps inside`),
      );
    }
    if (step.set !== undefined) this.set(step.set, at, frame);
    if (step.log !== undefined) this.push(frame, at, { op: 'log', parts: logParts(step.log, at, frame) });
    if (step.repeat !== undefined) this.repeat(step.repeat, at, frame);
    if (step.parallel !== undefined) this.parallel(step.parallel, at, frame);
    if (step.call !== undefined) this.call(step.call, at, frame);
  }

  private set(written: Readonly<Record<string, Written>>, at: At, frame: Frame): void {
    const assignments = Object.entries(written).flatMap(([name, value]): Assignment[] => {
      const path = [...at.path, 'set', name];
      const kind = frame.scope.variables.get(name);
      if (kind === undefined) {
        const known = [...frame.scope.variables.keys()].join(', ') || '(this program declares none)';
        frame.scope.problems.push(atValue(path, `unknown variable "${name}"; expected one of ${known}`));
        return [];
      }
      const found = valueIn(frame.scope, { path, written: value, wanted: { kind } });
      return found === null ? [] : [{ variable: inFrame(frame.name, name), value: found }];
    });
    this.push(frame, at, { op: 'set', assignments });
  }

  private repeat(repeat: NonNullable<ProgramStep['repeat']>, at: At, frame: Frame): void {
    const { times, while: condition, atMost } = repeat;
    const path = [...at.path, 'repeat'];
    if ((times === undefined) === (condition === undefined)) {
      frame.scope.problems.push(atValue(path, 'expected one of "times" and "while"'));
    }
    if (condition !== undefined && atMost === undefined) {
      frame.scope.problems.push(atValue(path, '"while" may never end; expected atMost beside it'));
    }
    const turns = valueIn(frame.scope, { path: [...path, 'times'], written: times ?? atMost ?? 0, wanted: TURNS });
    const goesOn: Expression | null =
      condition === undefined
        ? null
        : valueIn(frame.scope, { path: [...path, 'while'], written: condition, wanted: { kind: BOOLEAN } });
    const counter = this.fresh('turns');
    if (turns !== null) this.push(frame, at, { op: 'count', counter, times: turns });
    const begin = this.push(frame, at, { op: 'turn', counter, condition: goesOn, exit: 0 });
    this.steps(repeat.steps, [...path, 'steps'], frame);
    this.push(frame, at, { op: 'jump', to: begin });
    this.replace(begin, { op: 'turn', counter, condition: goesOn, exit: this.instructions.length });
  }

  private parallel(lists: readonly Steps[], at: At, frame: Frame): void {
    const fork = this.push(frame, at, { op: 'fork', branches: [], join: 0 });
    const branches = lists.map((steps, index) => {
      const begin = this.instructions.length;
      this.steps(steps, [...at.path, 'parallel', index], frame);
      this.push(frame, at, { op: 'end' });
      return begin;
    });
    this.replace(fork, { op: 'fork', branches, join: this.instructions.length });
  }

  private call({ program: id, with: given = {} }: NonNullable<ProgramStep['call']>, at: At, frame: Frame): void {
    const path = [...at.path, 'call'];
    const called = this.parts.library(id);
    if (frame.callers.includes(id)) {
      frame.scope.problems.push(
        atValue([...path, 'program'], `${[...frame.callers, id].join(' calls ')}: it would never end`),
      );
      return;
    }
    if (called === null) {
      frame.scope.problems.push(atValue([...path, 'program'], `there is no program "${id}"; store it first`));
      return;
    }
    const name = `${this.fresh(id)}/`;
    const inner: ProblemAt[] = [];
    const scope = scopeOf(called.document, this.parts.site, inner);
    this.push(frame, at, {
      op: 'set',
      assignments: argumentsOf({ called, given, scope, name }, [...path, 'with'], frame),
    });
    this.steps(called.document.steps, ['steps'], { program: called, scope, name, callers: [...frame.callers, id] });
    const [first] = inner;
    if (first === undefined) return;
    frame.scope.problems.push(
      atValue([...path, 'program'], `"${id}" itself is wrong: ${first.path.join('.')}: ${first.message}`),
    );
  }

  private fresh(word: string): string {
    this.names += 1;
    return `${word}#${this.names}`;
  }

  private push(frame: Frame, { path, verb, name }: At, what: What): number {
    const where: Where = {
      program: frame.program.id,
      path: path.join('.'),
      line: frame.program.lineOf(path),
      name,
      verb,
    };
    return this.instructions.push({ where, frame: frame.name, ...what }) - 1;
  }

  private replace(at: number, what: What): void {
    const old = this.instructions[at];
    if (old !== undefined) this.instructions[at] = { where: old.where, frame: old.frame, ...what };
  }
}

interface At {
  readonly path: Path;
  readonly verb: ProgramVerb;
  readonly name: string | null;
}
type What = Instruction extends infer Each ? (Each extends Instruction ? Omit<Each, 'where' | 'frame'> : never) : never;

interface Call {
  readonly called: ReadProgram;
  readonly given: Readonly<Record<string, Written>>;
  readonly scope: ProgramScope;
  readonly name: string;
}

/** What a called program begins with: its arguments, evaluated where it is called, its defaults and its variables. */
function argumentsOf({ called, given, scope, name }: Call, path: Path, caller: Frame): readonly Assignment[] {
  const { parameters = {}, variables = {} } = called.document;
  for (const word of Object.keys(given).filter((key) => parameters[key] === undefined)) {
    const known = Object.keys(parameters).join(', ') || '(it has none)';
    caller.scope.problems.push(atValue([...path, word], `unknown parameter "${word}"; expected one of ${known}`));
  }
  const ofParameters = Object.entries(parameters).map(([word, { default: preset, min, max }]) => {
    const limits = { ...(min !== undefined && { least: min }), ...(max !== undefined && { greatest: max }) };
    return [word, given[word] ?? preset, limits] as const;
  });
  const ofVariables = Object.entries(variables).map(([word, { value }]) => [word, value, {}] as const);
  return [...ofParameters, ...ofVariables].flatMap(([word, written, limits]): Assignment[] => {
    if (written === undefined) {
      caller.scope.problems.push(
        atValue(path.slice(0, -1), `parameter "${word}" is missing; expected it under "with"`),
      );
      return [];
    }
    const kind = scope.names.get(word) ?? BOOLEAN;
    const value = valueIn(caller.scope, { path: [...path, word], written, wanted: { kind, ...limits } });
    return value === null ? [] : [{ variable: inFrame(name, word), value }];
  });
}

/** `at {lift.position} mm` is a text, an expression and a text. */
function logParts(text: string, at: At, frame: Frame): readonly (string | Expression)[] {
  return text.split(/(\{[^{}]*\})/).flatMap((part): readonly (string | Expression)[] => {
    if (!part.startsWith('{')) return part === '' ? [] : [part];
    const found = logValue(part.slice(1, -1), at, frame.scope);
    return found === null ? [] : [found];
  });
}

function logValue(written: string, { path }: At, scope: ProgramScope): Expression | null {
  return valueIn(scope, { path: [...path, 'log'], written, wanted: { kind: null } });
}
