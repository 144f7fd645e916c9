import {
  BOOLEAN,
  compileExpression,
  kindText,
  numberIn,
  PLAIN,
  UNITS,
  valueOf,
  type Expression,
  type Kind,
  type Scope,
} from '../../../../config/expressions/index.ts';
import { atValue, type ProblemAt, type Site } from '../../../../config/index.ts';
import type { ProgramDocument } from '../../../contracts/index.ts';

export type Path = readonly (string | number)[];
export type Written = number | boolean | string;

/** What one program may say, and where its problems go. */
export interface ProgramScope extends Scope {
  readonly variables: ReadonlyMap<string, Kind>;
  readonly problems: ProblemAt[];
}

/** The names a program declares; a wrong declaration is a problem and its name is known all the same. */
export function scopeOf(document: ProgramDocument, site: Pick<Site, 'drives'>, problems: ProblemAt[]): ProgramScope {
  const parameters = Object.entries(document.parameters ?? {}).map(([name, { kind, unit, default: preset }]) => {
    problems.push(...unitProblems(['parameters', name, 'unit'], unit));
    const isBoolean = kind === 'boolean' || typeof preset === 'boolean';
    return [name, isBoolean ? BOOLEAN : numberIn(unit ?? PLAIN)] as const;
  });
  const variables = Object.entries(document.variables ?? {}).map(([name, { value, unit }]) => {
    problems.push(...unitProblems(['variables', name, 'unit'], unit));
    if (document.parameters?.[name] !== undefined) {
      problems.push(atValue(['variables', name], `"${name}" is a parameter already; expected another name`));
    }
    return [name, typeof value === 'boolean' ? BOOLEAN : numberIn(unit ?? PLAIN)] as const;
  });
  return {
    drives: new Map([...site.drives].map(([id, { axis }]) => [id, axis.unit])),
    names: new Map([...parameters, ...variables]),
    variables: new Map(variables),
    problems,
  };
}

function unitProblems(path: Path, unit: string | undefined): readonly ProblemAt[] {
  if (unit === undefined || UNITS.includes(unit)) return [];
  return [atValue(path, `unknown unit "${unit}"; expected one of ${UNITS.join(', ')}`)];
}

/** What a field must give, and between which numbers when it is written out. */
export interface Wanted {
  /** Null takes any. */
  readonly kind: Kind | null;
  readonly least?: number;
  readonly greatest?: number;
  /** Outside even at its end: a velocity of 0 is none. */
  readonly above?: number;
}

/** A field as an expression; null when it has problems, which are then reported. */
export function valueIn(scope: ProgramScope, { path, written, wanted }: Field): Expression | null {
  const compiled = compileExpression(String(written), scope, wanted.kind);
  if (!compiled.ok) {
    const isText = typeof written === 'string';
    for (const { at, message } of compiled.problems) {
      scope.problems.push(atValue(path, isText ? `${message} (at character ${at})` : message));
    }
    return null;
  }
  const constant = constantOf(compiled.expression);
  if (constant !== null && isOutside(constant, wanted)) {
    scope.problems.push(atValue(path, `found ${constant}, expected ${expectedText(wanted)}`));
  }
  return compiled.expression;
}

export interface Field {
  readonly path: Path;
  readonly written: Written;
  readonly wanted: Wanted;
}

/** The number that an expression gives whatever the drives and parameters are; null when it depends on them. */
function constantOf(expression: Expression): number | null {
  const value = valueOf(expression, { reading: () => null, name: () => null });
  return typeof value === 'object' && value !== null && value.lo === value.hi ? value.lo : null;
}

const isOutside = (value: number, { least = -Infinity, greatest = Infinity, above = -Infinity }: Wanted): boolean =>
  value < least || value > greatest || value <= above;

function expectedText({ kind, least, greatest, above }: Wanted): string {
  const low = above === undefined ? least : `above ${above}`;
  const what = kind === null ? 'a value' : kindText(kind);
  if (low === undefined) return what;
  return `${what}, ${low}${greatest === undefined ? '' : `${above === undefined ? ' to' : ' and at most'} ${greatest}`}`;
}
