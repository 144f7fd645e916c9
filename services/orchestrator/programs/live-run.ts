import type { RunResource } from '../../contracts/index.ts';
import type { Logger } from '../../platform/process/index.ts';
import type { Clock } from '../time.ts';
import type { RunStore } from '../store/index.ts';
import { advance } from './domain/advance.ts';
import type { Instruction } from './domain/instruction.ts';
import {
  hasEnded,
  nextLookMs,
  reachesDrives,
  type RunContext,
  type RunEffect,
  type RunEvent,
  type RunState,
} from './domain/run-state.ts';
import { runStep } from './domain/run-step.ts';
import type { Performer } from './performer.ts';
import { interruptionOf, runResource, stepsOf, storedRun, type RunFacts, type RunRecord } from './run-record.ts';

export interface LiveRunParts {
  readonly store: RunStore;
  readonly performer: Performer;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly reading: RunContext['reading'];
  readonly newId: () => string;
  readonly position: (drive: string) => number | null;
  /** Told whenever it has changed and is kept. */
  readonly tell: (run: RunResource) => void;
}

/** Lines of its log that a run carries with it. */
const KEPT_LINES = 100;

/**
 * One run and its hands. Events are taken one after the other: the pure next state is kept by the store before anything
 * of it is done, so that the step at which a crash falls is the step that was kept. What halts waits for no store.
 */
export class LiveRun {
  readonly facts: RunFacts;
  readonly instructions: readonly Instruction[];
  /** Drives that it may move. */
  readonly drives: ReadonlySet<string>;
  private readonly parts: LiveRunParts;
  private record: RunRecord;
  private foundAt: string | null = null;
  private queue: Promise<void> = Promise.resolve();
  private cancelLook: () => void = () => undefined;
  private isLookQueued = false;
  private readonly cancelled = new Set<string>();
  /** Raised by whatever halts: what was decided before it is not begun any more. */
  private fence = 0;
  /** It is another's: whatever is still on its way here comes to nothing. */
  private isLetGo = false;

  constructor(run: Pick<LiveRun, 'facts' | 'instructions' | 'drives'>, record: RunRecord, parts: LiveRunParts) {
    this.facts = run.facts;
    this.instructions = run.instructions;
    this.drives = run.drives;
    this.record = record;
    this.parts = parts;
  }

  get state(): RunState {
    return this.record.state;
  }

  /** What the store kept is what was being done when nobody did it any more. */
  static found(
    run: Pick<LiveRun, 'facts' | 'instructions' | 'drives'>,
    record: RunRecord,
    parts: LiveRunParts,
  ): LiveRun {
    const live = new LiveRun(run, record, parts);
    const { run: state } = advance(record.state, { kind: 'cut-off' }, live.context());
    live.record = { ...record, state };
    live.foundAt = live.at();
    return live;
  }

  resource(): RunResource {
    const { foundAt, record } = this;
    const isCutOff = record.state.status === 'interrupted' && foundAt !== null;
    return runResource(this.facts, record, isCutOff ? interruptionOf(record, foundAt, this.parts.position) : null);
  }

  /** Resolves when the event was taken, kept and acted upon. @throws StoreUnavailable when it could not be kept */
  take(event: RunEvent): Promise<void> {
    if (event.kind === 'pause' || event.kind === 'abort' || event.kind === 'cut-off') this.haltNow();
    const { fence } = this;
    const taken = this.queue.then(() => (this.isLetGo ? undefined : this.step(event, fence)));
    this.queue = taken.catch(() => undefined);
    return taken;
  }

  letGo(): void {
    this.isLetGo = true;
    this.fence += 1;
    this.cancelLook();
  }

  /** Keeps the first state. @throws StoreUnavailable */
  async keep(): Promise<void> {
    await this.parts.store.save(storedRun(this.facts, this.record));
    this.parts.tell(this.resource());
  }

  /** A reading has changed. */
  look(): void {
    const isWaiting = this.state.threads.some(({ doing }) => doing?.action.do === 'wait-for');
    if (!isWaiting || this.isLookQueued) return;
    this.isLookQueued = true;
    this.takeLater({ kind: 'look' });
  }

  /** For events that nobody waits for; that the store failed is told where it failed. */
  private takeLater(event: RunEvent): void {
    void this.take(event).catch(() => undefined);
  }

  private haltNow(): void {
    this.fence += 1;
    for (const { doing } of this.state.threads) {
      if (doing === null || !reachesDrives(doing.action)) continue;
      this.cancel({ kind: 'cancel', id: doing.id, action: doing.action });
    }
  }

  private async step(event: RunEvent, fence: number): Promise<void> {
    if (event.kind === 'look') this.isLookQueued = false;
    const before = this.record;
    const { run, effects } = advance(before.state, event, this.context());
    if (run === before.state) return;
    this.record = this.written(run, effects);
    for (const effect of effects) if (effect.kind === 'cancel') this.cancel(effect);
    try {
      await this.keep();
    } catch (error) {
      this.lose(error);
      throw error;
    }
    for (const effect of effects) if (effect.kind === 'perform' && fence === this.fence) this.perform(effect);
    this.lookLater();
  }

  private written(state: RunState, effects: readonly RunEffect[]): RunRecord {
    const lines = effects.flatMap((effect) => (effect.kind === 'log' ? [{ at: this.at(), text: effect.text }] : []));
    const failed = state.error?.at == null ? undefined : this.instructions[state.error.at];
    return {
      ...this.record,
      state,
      endedAt: hasEnded(state) ? this.at() : null,
      steps: stepsOf(state, this.instructions),
      failedStep: failed === undefined ? null : runStep(failed, null),
      positions: Object.fromEntries([...this.drives].map((drive) => [drive, this.parts.position(drive)])),
      log: [...this.record.log, ...lines].slice(-KEPT_LINES),
      seq: this.record.seq + 1,
    };
  }

  /** What cannot be kept is not done: the run ends where it is, and what it was moving halts. */
  private lose(error: unknown): void {
    this.parts.logger.error({ err: error, run: this.facts.id }, 'run ended: it cannot be kept');
    this.haltNow();
    this.cancelLook();
    const detail = 'The store does not take what it is doing, so it does no more.';
    const lost = { code: 'storeUnavailable', detail, at: null };
    const threads = this.state.threads.map((thread) => ({ ...thread, doing: null }));
    this.record = {
      ...this.record,
      endedAt: this.at(),
      state: { ...this.state, status: 'failed', threads, error: lost },
    };
    this.parts.tell(this.resource());
  }

  private perform({ id, action }: Extract<RunEffect, { kind: 'perform' }>): void {
    const ended = this.parts.performer.perform(id, action).catch((error: unknown) => {
      this.parts.logger.error({ err: error, run: this.facts.id }, 'step of a program broke');
      return { ok: false as const, code: 'internal', detail: 'A fault of this software; see the log.' };
    });
    void ended.then((outcome) => this.takeLater({ kind: 'ended', id, outcome }));
  }

  private cancel({ id, action }: Extract<RunEffect, { kind: 'cancel' }>): void {
    if (this.cancelled.has(id)) return;
    this.cancelled.add(id);
    void this.parts.performer.cancel(action).catch((error: unknown) => {
      this.parts.logger.error({ err: error, run: this.facts.id }, 'a step of a program could not be halted');
    });
  }

  private lookLater(): void {
    this.cancelLook();
    const dueMs = nextLookMs(this.state);
    if (dueMs === null) return;
    const { clock } = this.parts;
    this.cancelLook = clock.after(Math.max(0, dueMs - clock.nowMs()), () => {
      this.takeLater({ kind: 'look' });
    });
  }

  private context(): RunContext {
    const { clock, reading, newId } = this.parts;
    return { instructions: this.instructions, nowMs: clock.nowMs(), reading, newId };
  }

  private at(): string {
    return new Date(this.parts.clock.unixMs()).toISOString();
  }
}
