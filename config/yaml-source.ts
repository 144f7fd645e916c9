import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import type { SiteProblem } from './site.ts';

export type Path = readonly (string | number)[];

/** Which part of "key: value" a problem is about. */
export type Part = 'key' | 'value';

/** A YAML text as plain values, and the way back from a path to its place in the text. */
export interface YamlSource {
  readonly value: unknown;
  /** Syntax errors, duplicate keys, unknown tags. */
  readonly problems: readonly SiteProblem[];
  /** Line and column from 1; where the path is not in the text, the place of the nearest parent that is. */
  place(path: Path, part: Part): Place;
}

interface Place {
  readonly line: number;
  readonly column: number;
}

/** Some use of aliases is good style (`axis: *side`); a bomb uses each alias many times, nested. */
const MAX_ALIAS_COUNT = 100;

export function readYaml(text: string): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const problems = [...document.errors, ...document.warnings].map((error) => ({
    ...placeOf(error.pos[0]),
    path: '',
    message: `${error.message.split('\n')[0] ?? ''}; expected YAML 1.2`,
  }));
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIAS_COUNT });
    return { value, problems, place: (path, part) => placeOf(offsetOf(document, path, part)) };
  } catch (error) {
    const message = `${error instanceof Error ? error.message : String(error)}; expected few and flat aliases`;
    const first = { line: 1, column: 1 };
    return { value: null, problems: [...problems, { ...first, path: '', message }], place: () => first };
  }
}

function offsetOf(document: Document, path: Path, part: Part): number {
  let node: Node | null = document.contents;
  let offset = node?.range?.[0] ?? 0;
  for (const [depth, key] of path.entries()) {
    const found = step(document, node, key);
    if (found === null) return offset;
    const isLast = depth === path.length - 1;
    offset = isLast && part === 'value' ? found.valueAt : found.keyAt;
    node = found.value;
  }
  return offset;
}

interface Step {
  readonly keyAt: number;
  readonly valueAt: number;
  readonly value: Node | null;
}

function step(document: Document, from: Node | null, key: string | number): Step | null {
  const node = isAlias(from) ? (from.resolve(document) ?? null) : from;
  if (isSeq(node)) return stepTo(node.items[Number(key)], undefined);
  if (!isMap(node)) return null;
  const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
  return pair === undefined ? null : stepTo(pair.value, pair.key);
}

function stepTo(value: unknown, key: unknown): Step | null {
  const target = isNode(value) ? value : null;
  const keyAt = isNode(key) ? key.range?.[0] : target?.range?.[0];
  if (keyAt === undefined) return null;
  return { keyAt, valueAt: target?.range?.[0] ?? keyAt, value: target };
}
