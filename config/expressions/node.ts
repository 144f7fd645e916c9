import type { Word } from './kind.ts';

export type Operator = 'or' | 'and' | '==' | '!=' | '<' | '<=' | '>' | '>=' | '+' | '-' | '*' | '/';
export type FunctionName = 'abs' | 'min' | 'max';

/** A parsed expression; `at` is the character it begins at, counted from 1, for messages. */
export type Node =
  | { readonly is: 'number'; readonly value: number; readonly unit: string | null; readonly at: number }
  | { readonly is: 'boolean'; readonly value: boolean; readonly at: number }
  | { readonly is: 'word'; readonly value: Word; readonly at: number }
  | { readonly is: 'reading'; readonly drive: string; readonly reading: string; readonly at: number }
  | { readonly is: 'name'; readonly name: string; readonly at: number }
  | { readonly is: 'unary'; readonly operator: 'not' | '-'; readonly of: Node; readonly at: number }
  | {
      readonly is: 'binary';
      readonly operator: Operator;
      readonly left: Node;
      readonly right: Node;
      readonly at: number;
    }
  | { readonly is: 'call'; readonly name: FunctionName; readonly given: readonly Node[]; readonly at: number };

/** Every node of a tree, the root first. */
export function* nodesOf(node: Node): Generator<Node> {
  yield node;
  if (node.is === 'unary') yield* nodesOf(node.of);
  if (node.is === 'call') for (const given of node.given) yield* nodesOf(given);
  if (node.is !== 'binary') return;
  yield* nodesOf(node.left);
  yield* nodesOf(node.right);
}
