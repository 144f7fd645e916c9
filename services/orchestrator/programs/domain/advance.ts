import type { Instruction } from './instruction.ts';
import {
  endOfWaitMs,
  hasEnded,
  reachesDrives,
  type Action,
  type Advanced,
  type Doing,
  type Outcome,
  type RunContext,
  type RunEffect,
  type RunEvent,
  type RunState,
  type Thread,
} from './run-state.ts';
import { evaluatorIn, flagOf, numberOf, resolve, type Evaluated, type Failure } from './values.ts';

/** Steps without any waiting between them; a program that does more in one go would keep everything else from running. */
const MOST_AT_ONCE = 10_000;

/**
 * The one place that says how a run goes on: pure, the state and an event give the next state and what is to be done.
 * The caller keeps the state first and does what is to be done afterwards.
 */
export function advance(run: RunState, event: RunEvent, context: RunContext): Advanced {
  if (hasEnded(run)) return { run, effects: [] };
  const turn = new Turn(run, context);
  turn.take(event);
  turn.settle();
  return { run: turn.run, effects: turn.effects };
}

/** One event's worth of work on a run; the run itself is replaced, never changed. */
class Turn {
  run: RunState;
  readonly effects: RunEffect[] = [];
  private readonly context: RunContext;

  constructor(run: RunState, context: RunContext) {
    this.run = run;
    this.context = context;
  }

  take(event: RunEvent): void {
    if (event.kind === 'go') this.go(null);
    if (event.kind === 'step') this.go(1);
    if (event.kind === 'pause' && this.run.status === 'running') this.halt('paused');
    if (event.kind === 'cut-off') this.halt('interrupted');
    if (event.kind === 'abort') this.end('aborted', { code: 'aborted', detail: event.why, at: null });
    if (event.kind === 'ended') this.ended(event.id, event.outcome);
    if (event.kind === 'look') this.look();
  }

  /** Lets every thread go as far as it can without waiting. */
  settle(): void {
    let left = MOST_AT_ONCE;
    while (this.run.status === 'running') {
      const thread = this.run.threads.find((one) => this.mayGoOn(one));
      if (thread === undefined) return this.rest();
      left -= 1;
      if (left < 0)
        return this.fail(thread, { ok: false, code: 'endless', detail: `${MOST_AT_ONCE} steps without waiting.` });
      this.execute(thread);
    }
  }

  private mayGoOn(thread: Thread): boolean {
    if (thread.doing !== null || thread.branches > 0) return false;
    return this.run.stepsLeft !== 0 || !isStep(this.instruction(thread));
  }

  private rest(): void {
    if (this.run.threads.length === 0) this.run = { ...this.run, status: 'done' };
    else if (this.run.threads.every(({ doing }) => doing === null)) this.run = { ...this.run, status: 'paused' };
  }

  private go(stepsLeft: number | null): void {
    if (this.run.status === 'running') return;
    this.run = { ...this.run, status: 'running', stepsLeft };
  }

  private halt(status: 'paused' | 'interrupted'): void {
    const effects = cancelsOf(this.run.threads);
    const threads = this.run.threads.map((thread) =>
      thread.doing === null ? thread : { ...thread, doing: null, pending: thread.doing.action },
    );
    this.run = { ...this.run, status, threads };
    this.effects.push(...effects);
  }

  private end(status: 'aborted' | 'failed', error: RunState['error']): void {
    this.effects.push(...cancelsOf(this.run.threads));
    const threads = this.run.threads.map((thread) => ({
      ...thread,
      doing: null,
      pending: thread.doing?.action ?? thread.pending,
    }));
    this.run = { ...this.run, status, threads, error };
  }

  private ended(id: string, outcome: Outcome): void {
    const thread = this.run.threads.find(({ doing }) => doing?.id === id);
    // What was cancelled meanwhile ends too; nobody waits for that any more.
    if (thread === undefined) return;
    if (outcome.ok) this.done(thread);
    else this.fail(thread, outcome);
  }

  private look(): void {
    for (const { id } of this.run.threads) {
      const thread = this.run.threads.find((one) => one.id === id);
      if (thread?.doing != null && this.run.status === 'running') this.lookAt(thread, thread.doing);
    }
  }

  private lookAt(thread: Thread, doing: Doing): void {
    if (this.context.nowMs >= endOfWaitMs(doing)) return this.done(thread);
    const isMet = doing.action.do === 'wait-for' && this.isMet(thread);
    if (isMet) return this.done(thread);
    if (this.context.nowMs < doing.deadlineMs) return;
    if (reachesDrives(doing.action)) this.effects.push({ kind: 'cancel', id: doing.id, action: doing.action });
    this.fail(thread, { ok: false, code: 'stepTimeout', detail: 'The step did not end within its time.' });
  }

  /** A condition that is not known is not met; it is waited for until the step's time is over. */
  private isMet(thread: Thread): boolean {
    const instruction = this.instruction(thread);
    if (instruction.op !== 'act' || instruction.act.do !== 'wait-for') return false;
    return evaluatorIn(instruction.frame, this.run, this.context).value(instruction.act.condition) === true;
  }

  private done(thread: Thread): void {
    this.put({ ...thread, at: thread.at + 1, doing: null, pending: null });
    this.run = { ...this.run, stepsDone: this.run.stepsDone + 1 };
  }

  private fail(thread: Thread, { code, detail }: Failure): void {
    const instruction = this.instruction(thread);
    if (instruction.op === 'act' && instruction.onError === 'continue') {
      this.effects.push({ kind: 'log', text: `${instruction.where.path} failed, goes on: ${detail}` });
      return this.done(thread);
    }
    this.put({ ...thread, doing: null, pending: thread.doing?.action ?? thread.pending });
    this.end('failed', { code, detail, at: thread.at });
  }

  private execute(thread: Thread): void {
    const instruction = this.instruction(thread);
    (this.operations[instruction.op] as (thread: Thread, instruction: Instruction) => void)(thread, instruction);
  }

  private readonly operations: { readonly [Op in Instruction['op']]: (thread: Thread, instruction: Of<Op>) => void } = {
    act: (thread, { act, frame, timeoutMs }) => {
      const found: Evaluated<Action> =
        thread.pending === null
          ? resolve(act, evaluatorIn(frame, this.run, this.context), this.context)
          : { ok: true, value: thread.pending };
      this.spendStep();
      if (found.ok) this.begin(thread, found.value, timeoutMs);
      else this.fail(thread, found.outcome);
    },
    set: (thread, { assignments, frame, where }) => {
      const { value } = evaluatorIn(frame, this.run, this.context);
      const found = assignments.map((assignment) => [assignment, value(assignment.value)] as const);
      const missing = found.find(([, now]) => now === null || typeof now === 'string');
      if (missing !== undefined) return this.fail(thread, notKnown(missing[0].value.text));
      const variables = Object.fromEntries(found.map(([{ variable }, now]) => [variable, now as number | boolean]));
      this.run = { ...this.run, variables: { ...this.run.variables, ...variables } };
      if (where.verb === 'set') this.spendStep();
      this.done(thread);
    },
    log: (thread, { parts, frame }) => {
      const { value } = evaluatorIn(frame, this.run, this.context);
      const text = parts.map((part) => (typeof part === 'string' ? part : shown(value(part)))).join('');
      this.effects.push({ kind: 'log', text });
      this.spendStep();
      this.done(thread);
    },
    count: (thread, { counter, times, frame }) => {
      const turns = numberOf(times, evaluatorIn(frame, this.run, this.context));
      if (!turns.ok) return this.fail(thread, turns.outcome);
      this.run = { ...this.run, variables: { ...this.run.variables, [counter]: Math.floor(turns.value) } };
      this.goTo(thread, thread.at + 1);
    },
    turn: (thread, instruction) => this.takeTurn(thread, instruction),
    jump: (thread, { to }) => this.goTo(thread, to),
    fork: (thread, { branches, join }) => {
      const { nextThread } = this.run;
      const begun = branches.map((at, index) => ({ ...FRESH, id: nextThread + index, parent: thread.id, at }));
      this.put({ ...thread, at: join, branches: branches.length });
      this.run = { ...this.run, threads: [...this.run.threads, ...begun], nextThread: nextThread + branches.length };
    },
    end: (thread) => {
      const parent = this.run.threads.find(({ id }) => id === thread.parent);
      this.run = { ...this.run, threads: this.run.threads.filter(({ id }) => id !== thread.id) };
      if (parent !== undefined) this.put({ ...parent, branches: parent.branches - 1 });
    },
  };

  private takeTurn(thread: Thread, { counter, condition, exit, frame }: Of<'turn'>): void {
    const left = Number(this.run.variables[counter] ?? 0);
    const goesOn: Evaluated<boolean> =
      condition === null
        ? { ok: true, value: left > 0 }
        : flagOf(condition, evaluatorIn(frame, this.run, this.context));
    if (!goesOn.ok) return this.fail(thread, goesOn.outcome);
    if (!goesOn.value) return this.goTo(thread, exit);
    if (left < 1) return this.fail(thread, exhausted(condition?.text ?? ''));
    this.run = { ...this.run, variables: { ...this.run.variables, [counter]: left - 1 } };
    this.goTo(thread, thread.at + 1);
  }

  private begin(thread: Thread, action: Action, timeoutMs: number): void {
    const { nowMs, newId } = this.context;
    const doing: Doing = { id: newId(), action, startedMs: nowMs, deadlineMs: nowMs + timeoutMs };
    const begun = { ...thread, doing, pending: null };
    this.put(begun);
    if (reachesDrives(action)) this.effects.push({ kind: 'perform', id: doing.id, action });
    else if (action.do === 'wait-for' && this.isMet(begun)) this.done(begun);
  }

  private spendStep(): void {
    const { stepsLeft } = this.run;
    if (stepsLeft !== null) this.run = { ...this.run, stepsLeft: Math.max(0, stepsLeft - 1) };
  }

  private goTo(thread: Thread, at: number): void {
    this.put({ ...thread, at });
  }

  private put(thread: Thread): void {
    const threads = this.run.threads.map((one) => (one.id === thread.id ? thread : one));
    this.run = { ...this.run, threads };
  }

  private instruction({ at }: Thread): Instruction {
    const found = this.context.instructions[at];
    if (found === undefined) throw new Error(`a run stands at instruction ${at}, which its program does not have`);
    return found;
  }
}

type Of<Op extends Instruction['op']> = Extract<Instruction, { readonly op: Op }>;

const FRESH: Omit<Thread, 'id' | 'parent' | 'at'> = { doing: null, pending: null, branches: 0 };

/** What a person would call a step; jumps and forks are not. */
const isStep = ({ op, where }: Instruction): boolean =>
  op === 'act' || op === 'log' || (op === 'set' && where.verb === 'set');

const cancelsOf = (threads: readonly Thread[]): readonly RunEffect[] =>
  threads.flatMap(({ doing }): readonly RunEffect[] => {
    if (doing === null || !reachesDrives(doing.action) || doing.action.do === 'stop') return [];
    return [{ kind: 'cancel', id: doing.id, action: doing.action }];
  });

const exhausted = (text: string): Failure => ({
  ok: false,
  code: 'turnsExhausted',
  detail: `"${text}" still holds after the greatest number of turns.`,
});

const notKnown = (text: string): Failure => ({
  ok: false,
  code: 'unknownReading',
  detail: `"${text}" is not known now, so nothing is done with it.`,
});

const shown = (value: number | boolean | string | null): string => {
  if (value === null) return '(unknown)';
  return typeof value === 'number' ? String(Number(value.toPrecision(6))) : String(value);
};
