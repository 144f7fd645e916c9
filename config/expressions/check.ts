import { suggestion } from '../../drivers/profile/index.ts';
import {
  BOOLEAN,
  kindOfReading,
  kindText,
  numberIn,
  PLAIN,
  READING_NAMES,
  type AxisUnitName,
  type Kind,
} from './kind.ts';
import type { Node } from './node.ts';
import type { ExpressionProblem } from './tokens.ts';

/** What an expression may name: drives with the unit of their axis, and parameters and variables with their kinds. */
export interface Scope {
  readonly drives: ReadonlyMap<string, AxisUnitName>;
  readonly names: ReadonlyMap<string, Kind>;
}

type Report = (node: Node, message: string) => null;
type Of<Is extends Node['is']> = Extract<Node, { is: Is }>;
type Binary = Of<'binary'>;

/** The kind of an expression and everything that is wrong with it; null as kind where a problem hides it. */
export function checkNode(
  node: Node,
  scope: Scope,
): { readonly kind: Kind | null; readonly problems: readonly ExpressionProblem[] } {
  const problems: ExpressionProblem[] = [];
  const report: Report = ({ at }, message) => {
    problems.push({ at, message });
    return null;
  };
  return { kind: kindOf(node, scope, report), problems };
}

const kinds: {
  readonly [Is in Node['is']]: (node: Of<Is>, scope: Scope, report: Report) => Kind | null;
} = {
  number: ({ unit }) => numberIn(unit),
  boolean: () => BOOLEAN,
  word: () => ({ is: 'word', words: null }),
  reading: readingKind,
  name: (node, scope, report) => scope.names.get(node.name) ?? report(node, unknownName(node.name, scope)),
  unary: unaryKind,
  binary: binaryKind,
  call: callKind,
};

function kindOf(node: Node, scope: Scope, report: Report): Kind | null {
  const check = kinds[node.is] as (node: Node, scope: Scope, report: Report) => Kind | null;
  return check(node, scope, report);
}

function unaryKind(node: Of<'unary'>, scope: Scope, report: Report): Kind | null {
  const of = kindOf(node.of, scope, report);
  const wanted = node.operator === 'not' ? 'boolean' : 'number';
  return of === null || of.is === wanted ? of : report(node, `${node.operator} cannot be put before ${kindText(of)}`);
}

function readingKind(node: Of<'reading'>, { drives }: Scope, report: Report): Kind | null {
  const unit = drives.get(node.drive);
  if (unit === undefined) {
    const known = [...drives.keys()];
    return report(
      node,
      `unknown drive "${node.drive}"${suggestion(node.drive, known)}; expected one of ${known.join(', ')}`,
    );
  }
  const hint = suggestion(node.reading, READING_NAMES);
  const unknown = `unknown reading "${node.reading}"${hint}; expected one of ${READING_NAMES.join(', ')}`;
  return kindOfReading(node.reading, unit) ?? report(node, unknown);
}

function unknownName(name: string, { names }: Scope): string {
  const known = [...names.keys()];
  const minus = name.includes('-') ? '; a minus needs spaces around it' : suggestion(name, known);
  return `unknown name "${name}"${minus}; ${known.length === 0 ? 'expected a reading as lift.position' : `expected one of ${known.join(', ')}`}`;
}

type Rule = (node: Binary, sides: Sides, report: Report) => Kind | null;

const truth: Rule = (node, { left, right }, report) => {
  if (left.is === 'boolean' && right.is === 'boolean') return BOOLEAN;
  const found = `${kindText(left)} and ${kindText(right)}`;
  return report(node, `${node.operator} needs true or false on both sides, found ${found}`);
};
const ordered: Rule = (node, sides, report) => (sameUnit(node, sides, report) === null ? null : BOOLEAN);
const rules: Readonly<Record<Binary['operator'], Rule>> = {
  or: truth,
  and: truth,
  '==': equalKind,
  '!=': equalKind,
  '<': ordered,
  '<=': ordered,
  '>': ordered,
  '>=': ordered,
  '+': sameUnit,
  '-': sameUnit,
  '*': scaledKind,
  '/': scaledKind,
};

function binaryKind(node: Binary, scope: Scope, report: Report): Kind | null {
  const left = kindOf(node.left, scope, report);
  const right = kindOf(node.right, scope, report);
  if (left === null || right === null) return null;
  return rules[node.operator](node, { left, right }, report);
}

interface Sides {
  readonly left: Kind;
  readonly right: Kind;
}

function equalKind(node: Binary, sides: Sides, report: Report): Kind | null {
  const { left, right } = sides;
  if (left.is !== right.is) return report(node, `cannot compare ${kindText(left)} with ${kindText(right)}`);
  if (left.is === 'number') return ordered(node, sides, report);
  return left.is === 'word' ? wordsKind(node, sides, report) : BOOLEAN;
}

/** A word that the reading can never be makes the comparison a constant, so it is a mistake. */
function wordsKind(node: Binary, { left, right }: Sides, report: Report): Kind | null {
  const words = [left, right].flatMap((side) => (side.is === 'word' ? (side.words ?? []) : []));
  const literal = [node.left, node.right].find((side) => side.is === 'word');
  if (literal === undefined || words.includes(literal.value)) return BOOLEAN;
  const hint = suggestion(literal.value, words);
  return report(literal, `unknown word "${literal.value}"${hint}; expected one of ${words.join(', ')}`);
}

/** The one unit of both sides; a bare number takes the other's. */
function sameUnit(node: Node, { left, right }: Sides, report: Report): Kind | null {
  if (left.is !== 'number' || right.is !== 'number') {
    return report(node, `needs numbers on both sides, found ${kindText(left)} and ${kindText(right)}`);
  }
  if (left.unit === null || right.unit === null || left.unit === right.unit) return numberIn(left.unit ?? right.unit);
  return report(node, `${kindText(left)} and ${kindText(right)} cannot be compared or added; nothing is converted`);
}

const isPlain = (unit: string | null): boolean => unit === null || unit === PLAIN;

/** A quantity may be scaled by a plain number, and two of one unit have a ratio. */
function scaledKind(node: Binary, { left, right }: Sides, report: Report): Kind | null {
  if (left.is !== 'number' || right.is !== 'number') {
    return report(node, `needs numbers on both sides, found ${kindText(left)} and ${kindText(right)}`);
  }
  if (isPlain(right.unit)) return numberIn(isPlain(left.unit) ? (left.unit ?? right.unit) : left.unit);
  if (node.operator === '*' && isPlain(left.unit)) return numberIn(right.unit);
  if (node.operator === '/' && left.unit === right.unit) return numberIn(PLAIN);
  return report(node, `${kindText(left)} ${node.operator} ${kindText(right)} has no unit known here`);
}

function callKind(node: Of<'call'>, scope: Scope, report: Report): Kind | null {
  const found = node.given.map((given) => kindOf(given, scope, report));
  const isRight = node.name === 'abs' ? found.length === 1 : found.length >= 2;
  if (!isRight) return report(node, `${node.name} takes ${node.name === 'abs' ? 'one value' : 'two values or more'}`);
  let kind = found[0] ?? null;
  for (const right of found) {
    if (kind === null || right === null) return null;
    kind = sameUnit(node, { left: kind, right }, report);
  }
  return kind;
}
