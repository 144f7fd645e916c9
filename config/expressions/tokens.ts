import { UNITS } from './kind.ts';

export interface Token {
  readonly is: 'reading' | 'number' | 'name' | 'text' | 'sign' | 'end';
  readonly text: string;
  /** Unit behind a number; null without one. */
  readonly unit: string | null;
  /** First character, counted from 1. */
  readonly at: number;
}

/** Something wrong with an expression, at a character counted from 1. */
export interface ExpressionProblem {
  readonly at: number;
  readonly message: string;
}

export type Read<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: ExpressionProblem };

const longestFirst = UNITS.toSorted((a, b) => b.length - a.length).join('|');
const TOKEN = new RegExp(
  [
    // Ids may hold dashes and begin with a digit; a reading's name cannot, so 2.5 stays a number.
    String.raw`(?<reading>[a-z0-9][a-z0-9-]*\.[A-Za-z]+)`,
    String.raw`(?<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?:\s*(?<unit>${longestFirst})(?![\w/-]))?(?![\w.])`,
    String.raw`(?<name>[A-Za-z_][\w-]*)`,
    String.raw`(?<text>"[^"]*"|'[^']*')`,
    String.raw`(?<sign><=|>=|==|!=|[<>+\-*/(),])`,
  ].join('|'),
  'y',
);

/** Cuts an expression into its words; the last is always `end`. */
export function readTokens(text: string): Read<readonly Token[]> {
  const tokens: Token[] = [];
  let at = skipSpace(text, 0);
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const groups = TOKEN.exec(text)?.groups;
    if (groups === undefined) return { ok: false, problem: strangeCharacter(text, at) };
    tokens.push(tokenOf(groups, at + 1));
    at = skipSpace(text, TOKEN.lastIndex);
  }
  return { ok: true, value: [...tokens, { is: 'end', text: '', unit: null, at: text.length + 1 }] };
}

const KINDS = ['reading', 'number', 'name', 'text', 'sign'] as const;

function tokenOf(groups: Readonly<Record<string, string | undefined>>, at: number): Token {
  const is = KINDS.find((kind) => groups[kind] !== undefined) ?? 'sign';
  return { is, text: groups[is] ?? '', unit: groups['unit'] ?? null, at };
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && /\s/.test(text.charAt(at))) at += 1;
  return at;
}

function strangeCharacter(text: string, at: number): ExpressionProblem {
  const word = /^\S+/.exec(text.slice(at))?.[0] ?? '';
  const single: Readonly<Record<string, string>> = {
    '=': '; equal is ==',
    '&': '; write and',
    '|': '; write or',
    '!': '; write not',
  };
  const hint = single[word.charAt(0)] ?? '';
  return { at: at + 1, message: `"${word}" cannot be read${hint}; units are ${UNITS.join(', ')}` };
}
