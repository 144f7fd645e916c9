import type { Expression } from '../../../../config/expressions/index.ts';
import type { ProgramVerb } from '../../../contracts/index.ts';

/** Which step of which program, for people. */
export interface Where {
  readonly program: string;
  /** `steps.3.repeat.steps.0` */
  readonly path: string;
  readonly line: number;
  readonly name: string | null;
  readonly verb: ProgramVerb;
}

export interface RampSpec {
  readonly velocity?: Expression;
  readonly acceleration?: Expression;
  readonly deceleration?: Expression;
}

export type Which = { readonly drive: string } | { readonly group: string };

/** What takes time or reaches drives, with its quantities still to be evaluated. */
export type ActSpec =
  | { readonly do: 'move'; readonly drive: string; readonly to: Expression; readonly ramp: RampSpec }
  | { readonly do: 'move-by'; readonly drive: string; readonly by: Expression; readonly ramp: RampSpec }
  | {
      readonly do: 'group-move';
      readonly group: string;
      readonly to: Readonly<Record<string, Expression>>;
      readonly sync: 'phase' | 'time' | 'none';
      readonly velocityScale?: Expression;
      readonly durationMs?: Expression;
    }
  | { readonly do: 'home'; readonly which: Which }
  | { readonly do: 'stop'; readonly which: Which | 'all' }
  | { readonly do: 'wait'; readonly forMs: Expression }
  | { readonly do: 'wait-for'; readonly condition: Expression };

export interface Assignment {
  /** With its frame before it. */
  readonly variable: string;
  readonly value: Expression;
}

/**
 * A program as a flat list: loops are jumps, calls are written out, branches are forks. So where a run stands is a
 * number a thread, which is easy to keep and to show.
 */
export type Instruction = { readonly where: Where; readonly frame: string } & (
  | { readonly op: 'act'; readonly act: ActSpec; readonly timeoutMs: number; readonly onError: 'fail' | 'continue' }
  | { readonly op: 'set'; readonly assignments: readonly Assignment[] }
  | { readonly op: 'log'; readonly parts: readonly (string | Expression)[] }
  /** Puts the number of turns into a counter. */
  | { readonly op: 'count'; readonly counter: string; readonly times: Expression }
  /** Takes one turn off the counter, or goes to `exit` when there is none left or the condition has ended. */
  | { readonly op: 'turn'; readonly counter: string; readonly condition: Expression | null; readonly exit: number }
  | { readonly op: 'jump'; readonly to: number }
  /** Begins a thread at each branch and goes on when all have ended. */
  | { readonly op: 'fork'; readonly branches: readonly number[]; readonly join: number }
  | { readonly op: 'end' }
);

/** A name inside a frame: each call of a program has variables of its own. */
export const inFrame = (frame: string, name: string): string => `${frame}${name}`;
