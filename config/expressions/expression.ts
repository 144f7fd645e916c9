import { checkNode, type Scope } from './check.ts';
import { evaluate, type Readings, type Value } from './evaluate.ts';
import { kindText, type Kind } from './kind.ts';
import { nodesOf, type Node } from './node.ts';
import { parse } from './parse.ts';
import type { ExpressionProblem } from './tokens.ts';

/** A text that was parsed and whose names, kinds and units are right. */
export interface Expression {
  readonly text: string;
  readonly kind: Kind;
  readonly node: Node;
  /** Drives whose readings it needs, each once. */
  readonly drives: readonly string[];
}

export type Compiled =
  | { readonly ok: true; readonly expression: Expression }
  | { readonly ok: false; readonly problems: readonly ExpressionProblem[] };

/** Checks a text once, so that it can be evaluated as often as wanted; every problem of names, kinds and units at once. */
export function compileExpression(text: string, scope: Scope, wanted: Kind | null = null): Compiled {
  const parsed = parse(text);
  if (!parsed.ok) return { ok: false, problems: [parsed.problem] };
  const node = parsed.value;
  const { kind, problems } = checkNode(node, scope);
  if (kind === null || problems.length > 0) return { ok: false, problems };
  if (wanted !== null && !fits(kind, wanted)) {
    return { ok: false, problems: [{ at: node.at, message: `gives ${kindText(kind)}; expected ${kindText(wanted)}` }] };
  }
  return { ok: true, expression: { text, kind, node, drives: drivesIn(node) } };
}

export const valueOf = ({ node }: Expression, readings: Readings): Value => evaluate(node, readings);

/** True only when it is so whatever the readings may be within what is known of them. */
export const isCertainlyTrue = ({ node }: Expression, readings: Readings): boolean => evaluate(node, readings) === true;

/** A bare number fits every unit. */
function fits(kind: Kind, wanted: Kind): boolean {
  if (kind.is !== 'number' || wanted.is !== 'number') return kind.is === wanted.is;
  return kind.unit === null || wanted.unit === null || kind.unit === wanted.unit;
}

function drivesIn(node: Node): readonly string[] {
  return [...new Set([...nodesOf(node)].flatMap((inner) => (inner.is === 'reading' ? [inner.drive] : [])))];
}
