import type { FunctionName, Node, Operator } from './node.ts';
import { readTokens, type Read, type Token } from './tokens.ts';

// Grammar, the loosest binding first; comparisons do not chain (0 < a < 1 would compare a truth with a number):
//   or | and | not | == != < <= > >= | + - | * / | -x | number reading name "word" true false f(x, ...) ( ... )

/** Nesting beyond this is no expression a person wrote, and would overflow the stack. */
const DEEPEST = 40;
const LONGEST = 500;

const BINDING: Readonly<Record<Operator, number>> = {
  or: 1,
  and: 2,
  '==': 4,
  '!=': 4,
  '<': 4,
  '<=': 4,
  '>': 4,
  '>=': 4,
  '+': 5,
  '-': 5,
  '*': 6,
  '/': 6,
};
const NOT = 3;
const COMPARISON = 4;
const FUNCTIONS: readonly FunctionName[] = ['abs', 'min', 'max'];
const RESERVED = new Set(['or', 'and', 'not']);

/** Thrown inside this file only: the first thing that cannot be read ends the reading. */
class Unreadable extends Error {
  readonly at: number;
  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

/** Reads an expression; the first thing that cannot be read is the problem. */
export function parse(text: string): Read<Node> {
  if (text.length > LONGEST) {
    return { ok: false, problem: { at: 1, message: `${text.length} characters; expected at most ${LONGEST}` } };
  }
  const tokens = readTokens(text);
  if (!tokens.ok) return tokens;
  try {
    const reader = new Reader(tokens.value);
    const node = reader.expression(0, 0);
    reader.end();
    return { ok: true, value: node };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { ok: false, problem: { at: error.at, message: error.message } };
  }
}

/** Precedence climbing over a list of tokens. */
class Reader {
  private at = 0;
  private readonly tokens: readonly Token[];
  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  expression(loosest: number, depth: number): Node {
    if (depth > DEEPEST) throw new Unreadable(this.next().at, `nested more than ${DEEPEST} deep`);
    let left = this.prefix(depth + 1);
    for (;;) {
      const operator = operatorOf(this.next());
      if (operator === null || BINDING[operator] <= loosest) return left;
      const { at } = this.take();
      const right = this.expression(BINDING[operator], depth + 1);
      left = { is: 'binary', operator, left, right, at };
      this.refuseChain(operator);
    }
  }

  end(): void {
    const { is, text, at } = this.next();
    if (is !== 'end') throw new Unreadable(at, `"${text}" is not expected here; expected an operator or the end`);
  }

  private prefix(depth: number): Node {
    const token = this.take();
    if (isSign(token, '(')) {
      const inner = this.expression(0, depth);
      this.expect(')');
      return inner;
    }
    if (isSign(token, '-'))
      return { is: 'unary', operator: '-', of: this.expression(BINDING['*'], depth), at: token.at };
    if (token.is === 'name' && token.text === 'not') {
      return { is: 'unary', operator: 'not', of: this.expression(NOT, depth), at: token.at };
    }
    return token.is === 'name' ? this.named(token, depth) : leaf(token);
  }

  private named(token: Token, depth: number): Node {
    const { text, at } = token;
    if (text === 'true' || text === 'false') return { is: 'boolean', value: text === 'true', at };
    if (RESERVED.has(text)) throw new Unreadable(at, `a value was expected before "${text}"`);
    if (!isSign(this.next(), '(')) return { is: 'name', name: text, at };
    const name = FUNCTIONS.find((known) => known === text);
    if (name === undefined) throw new Unreadable(at, `unknown function "${text}"; there are ${FUNCTIONS.join(', ')}`);
    this.take();
    const given = [this.expression(0, depth)];
    while (isSign(this.next(), ',')) {
      this.take();
      given.push(this.expression(0, depth));
    }
    this.expect(')');
    return { is: 'call', name, given, at };
  }

  private refuseChain(operator: Operator): void {
    const following = operatorOf(this.next());
    if (BINDING[operator] !== COMPARISON || following === null || BINDING[following] !== COMPARISON) return;
    throw new Unreadable(this.next().at, `comparisons do not chain; write "a ${operator} b and b ${following} c"`);
  }

  private expect(sign: string): void {
    const token = this.take();
    if (!isSign(token, sign)) throw new Unreadable(token.at, `expected ${sign}`);
  }

  private next(): Token {
    const token = this.tokens[this.at];
    if (token === undefined) throw new Error('the reader passed the end of the expression');
    return token;
  }

  private take(): Token {
    const token = this.next();
    if (token.is !== 'end') this.at += 1;
    return token;
  }
}

const isSign = (token: Token, text: string): boolean => token.is === 'sign' && token.text === text;

const operatorOf = ({ is, text }: Token): Operator | null =>
  (is === 'sign' || is === 'name') && Object.hasOwn(BINDING, text) ? (text as Operator) : null;

function leaf({ is, text, unit, at }: Token): Node {
  if (is === 'number') return { is: 'number', value: Number(text), unit, at };
  if (is === 'text') return { is: 'word', value: text.slice(1, -1), at };
  if (is === 'reading') {
    const [drive = '', reading = ''] = text.split('.');
    return { is: 'reading', drive, reading, at };
  }
  throw new Unreadable(
    at,
    is === 'end' ? 'it ends where a value was expected' : `a value was expected, found "${text}"`,
  );
}
