import { valueOf, type Expression, type Value } from '../../../../config/expressions/index.ts';
import { inFrame, type ActSpec } from './instruction.ts';
import type { Action, Outcome, RunContext, RunState } from './run-state.ts';

/** Evaluates the expressions of one frame against the run's variables and what the drives say now. */
export interface Evaluator {
  /** Null when it is not known. */
  readonly value: (expression: Expression) => number | boolean | string | null;
}

export function evaluatorIn(frame: string, { variables }: RunState, { reading }: RunContext): Evaluator {
  const name = (word: string): Value => {
    const found = variables[inFrame(frame, word)];
    return typeof found === 'number' ? { lo: found, hi: found } : (found ?? null);
  };
  return { value: (expression) => exactValue(valueOf(expression, { reading, name })) };
}

/** A number that is only known to lie between two others is not known. */
function exactValue(value: Value): number | boolean | string | null {
  if (typeof value !== 'object' || value === null) return value;
  return value.lo === value.hi ? value.lo : null;
}

export type Evaluated<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly outcome: Failure };
export type Failure = Extract<Outcome, { ok: false }>;

const unknownOf = ({ text }: Expression): Failure => ({
  ok: false,
  code: 'unknownReading',
  detail: `"${text}" is not known now, so nothing is done with it.`,
});

/** Thrown inside this file only: one unknown quantity makes the whole action impossible. */
class NotKnown extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.detail);
    this.failure = failure;
  }
}

export function numberOf(expression: Expression, { value }: Evaluator): Evaluated<number> {
  const found = value(expression);
  return typeof found === 'number' ? { ok: true, value: found } : { ok: false, outcome: unknownOf(expression) };
}

export function flagOf(expression: Expression, { value }: Evaluator): Evaluated<boolean> {
  const found = value(expression);
  return typeof found === 'boolean' ? { ok: true, value: found } : { ok: false, outcome: unknownOf(expression) };
}

/** The action with its quantities as they are now. A relative move becomes an absolute one here, once, so that it may be begun again. */
export function resolve(act: ActSpec, evaluator: Evaluator, context: Pick<RunContext, 'reading'>): Evaluated<Action> {
  const known = (expression: Expression): number => {
    const found = numberOf(expression, evaluator);
    if (!found.ok) throw new NotKnown(found.outcome);
    return found.value;
  };
  try {
    return { ok: true, value: resolveWith(act, known, context) };
  } catch (error) {
    if (error instanceof NotKnown) return { ok: false, outcome: error.failure };
    throw error;
  }
}

type Known = (expression: Expression) => number;
type Quantities = Readonly<Record<string, Expression | undefined>>;

function resolveWith(act: ActSpec, known: Known, context: Pick<RunContext, 'reading'>): Action {
  if (act.do === 'move')
    return { do: 'move', drive: act.drive, position: known(act.to), ...all({ ...act.ramp }, known) };
  if (act.do === 'move-by') {
    const position = positionOf(act.drive, context) + known(act.by);
    return { do: 'move', drive: act.drive, position, ...all({ ...act.ramp }, known) };
  }
  if (act.do === 'group-move') {
    const { velocityScale, durationMs } = act;
    const figures = all({ velocityScale, durationMs }, known);
    return { do: 'group-move', group: act.group, targets: all(act.to, known), sync: act.sync, ...figures };
  }
  if (act.do === 'wait') return { do: 'wait', forMs: known(act.forMs) };
  return act.do === 'wait-for' ? { do: 'wait-for' } : act;
}

const all = (quantities: Quantities, known: Known): Record<string, number> =>
  Object.fromEntries(
    Object.entries(quantities).flatMap(([name, quantity]) =>
      quantity === undefined ? [] : [[name, known(quantity)] as const],
    ),
  );

function positionOf(drive: string, { reading }: Pick<RunContext, 'reading'>): number {
  const position = exactValue(reading(drive, 'position'));
  if (typeof position === 'number') return position;
  throw new NotKnown({
    ok: false,
    code: 'unknownReading',
    detail: `The position of ${drive} is not known now, so it does not move by a distance.`,
  });
}
