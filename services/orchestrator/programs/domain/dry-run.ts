import { exactly, type Value } from '../../../../config/expressions/index.ts';
import type { Site } from '../../../../config/index.ts';
import type { DryRunReport, RunStep } from '../../../contracts/index.ts';
import { synchronise } from '../../domain/synchronise.ts';
import { durationS } from '../../domain/trapezoid.ts';
import { advance } from './advance.ts';
import { DryInterlocks } from './dry-interlocks.ts';
import type { Instruction } from './instruction.ts';
import { hasEnded, nextLookMs, type DriveAction, type Outcome, type RunEvent, type RunState } from './run-state.ts';
import { runStep } from './run-step.ts';

export interface DryRunParts {
  readonly site: Pick<Site, 'drives' | 'groups' | 'interlocks'>;
  readonly instructions: readonly Instruction[];
  readonly begin: RunState;
  /** Where each drive stands now; null where it is not known. */
  readonly positions: ReadonlyMap<string, number | null>;
  /** Where those stand that the program leaves alone. */
  readonly beside: ReadonlyMap<string, number | null>;
}

interface Going {
  readonly id: string;
  readonly endMs: number;
  readonly action: DriveAction;
}

type Remark = DryRunReport['violations'][number];

/** More events than any program a person waits for; what goes on for longer is told as far as it was followed. */
const MOST_EVENTS = 200_000;

/** Runs a program on a clock of its own over a plain model of the axes: exact trapezoids, no lines, no loads. */
export function dryRun(parts: DryRunParts): DryRunReport {
  return new DryRun(parts).report();
}

class DryRun {
  private readonly parts: DryRunParts;
  private readonly positions: Map<string, number | null>;
  private readonly interlocks: DryInterlocks;
  private readonly violations: Remark[] = [];
  private readonly unforeseen: Remark[] = [];
  private readonly stopped = new Set<string>();
  private going: Going[] = [];
  private run: RunState;
  private nowMs = 0;
  private ids = 0;

  constructor(parts: DryRunParts) {
    this.parts = parts;
    this.run = parts.begin;
    this.positions = new Map(parts.positions);
    this.interlocks = new DryInterlocks({
      site: parts.site,
      positionOf: (drive) => this.positions.get(drive) ?? parts.beside.get(drive) ?? null,
      isGoing: (drive) => this.isGoing(drive),
    });
  }

  report(): DryRunReport {
    this.take({ kind: 'go' });
    for (let events = 0; events < MOST_EVENTS && !hasEnded(this.run); events += 1) this.goOn();
    const { error } = this.run;
    const isLimit = this.violations.some(({ detail }) => detail === error?.detail);
    if (error !== null && !isLimit)
      this.unforeseen.push({ step: this.stepAt(error.at), code: error.code, detail: error.detail });
    return {
      ok: this.run.status === 'done' && this.violations.length === 0,
      durationMs: Math.round(this.nowMs),
      stepsDone: this.run.stepsDone,
      violations: this.violations,
      unforeseen: this.unforeseen,
      positions: [...this.positions].map(([drive, position]) => ({ drive, position })),
    };
  }

  /** The next thing that happens: a motion ends, a wait ends, or a condition that nothing here decides is taken as met. */
  private goOn(): void {
    const [first] = this.going.toSorted((a, b) => a.endMs - b.endMs);
    const waitMs = this.waitEndMs();
    if (first !== undefined && first.endMs <= waitMs) return this.finish(first);
    if (waitMs < Infinity) {
      this.nowMs = Math.max(this.nowMs, waitMs);
      return this.take({ kind: 'look' });
    }
    this.assume();
  }

  private waitEndMs(): number {
    const waits = this.run.threads.filter(({ doing }) => doing?.action.do === 'wait');
    return waits.length === 0 ? Infinity : (nextLookMs({ ...this.run, threads: waits }) ?? Infinity);
  }

  private assume(): void {
    const thread = this.run.threads.find(({ doing }) => doing?.action.do === 'wait-for');
    const instruction = this.parts.instructions[thread?.at ?? -1];
    if (thread?.doing == null || instruction?.op !== 'act' || instruction.act.do !== 'wait-for') {
      throw new Error('a dry run waits for nothing');
    }
    const detail = `"${instruction.act.condition.text}" is taken as met at once.`;
    this.unforeseen.push({ step: runStep(instruction, null), code: 'condition', detail });
    this.take({ kind: 'ended', id: thread.doing.id, outcome: { ok: true } });
  }

  private finish({ id, endMs, action }: Going): void {
    this.nowMs = endMs;
    this.going = this.going.filter((one) => one.id !== id);
    for (const [drive, position] of targetsOf(action, this.parts.site)) this.positions.set(drive, position);
    this.take({ kind: 'ended', id, outcome: { ok: true } });
    this.take({ kind: 'look' });
  }

  private take(event: RunEvent): void {
    const { instructions } = this.parts;
    const newId = (): string => String((this.ids += 1));
    const reading = (drive: string, word: string): Value => this.reading(drive, word);
    const { run, effects } = advance(this.run, event, { instructions, nowMs: this.nowMs, reading, newId });
    this.run = run;
    for (const effect of effects) if (effect.kind === 'perform') this.perform(effect.id, effect.action);
  }

  private perform(id: string, action: DriveAction): void {
    const outcome = this.refusal(action);
    if (outcome !== null) {
      this.violations.push({ step: this.stepOf(id), code: outcome.code, detail: outcome.detail });
      return this.take({ kind: 'ended', id, outcome });
    }
    if (action.do === 'stop') for (const drive of drivesIn(action, this.parts.site)) this.stopped.add(drive);
    if (action.do === 'home') {
      this.unforeseen.push({
        step: this.stepOf(id),
        code: 'homing',
        detail: 'How long homing takes depends on where the axis is.',
      });
    }
    this.going.push({ id, action, endMs: this.nowMs + 1000 * this.durationS(action) });
  }

  private refusal(action: DriveAction): Extract<Outcome, { ok: false }> | null {
    if (action.do === 'stop') return null;
    for (const drive of drivesIn(action, this.parts.site)) {
      if (this.stopped.has(drive))
        return { ok: false, code: 'stopLatched', detail: `${drive} was stopped and is not released.` };
    }
    const targets = targetsOf(action, this.parts.site);
    const beyond = targets.map(([drive, target]) => this.beyond(drive, target)).find((one) => one !== null) ?? null;
    return beyond ?? this.forbidden(action, targets);
  }

  private forbidden(
    action: DriveAction,
    targets: readonly (readonly [string, number | null])[],
  ): Extract<Outcome, { ok: false }> | null {
    const command = action.do === 'home' ? 'home' : 'move-absolute';
    const orders = targets.map(([drive, position]) => [drive, { command, body: { position } }] as const);
    const detail = this.interlocks.begin(new Map(orders));
    return detail === null ? null : { ok: false, code: 'interlock', detail };
  }

  private isGoing(drive: string): boolean {
    return this.going.some(({ action }) => drivesIn(action, this.parts.site).includes(drive));
  }

  private beyond(drive: string, target: number | null): Extract<Outcome, { ok: false }> | null {
    const axis = this.parts.site.drives.get(drive)?.axis;
    if (axis === undefined || target === null) return null;
    const [low, high] = axis.range;
    if (target >= low && target <= high) return null;
    const detail = `${drive} would be sent to ${target} ${axis.unit}; its range is ${low} to ${high}.`;
    return { ok: false, code: 'softLimit', detail };
  }

  private durationS(action: DriveAction): number {
    const demands = targetsOf(action, this.parts.site).flatMap(([drive, target]) => {
      const axis = this.parts.site.drives.get(drive)?.axis;
      const from = this.positions.get(drive) ?? null;
      if (axis === undefined || target === null || from === null) return [];
      const asked: Partial<Extract<DriveAction, { do: 'move' }>> = action.do === 'move' ? action : {};
      const { velocity = axis.maxVelocity, acceleration = axis.maxAcceleration } = asked;
      const { deceleration = acceleration } = asked;
      return [
        {
          drive,
          distance: target - from,
          maxVelocity: velocity,
          maxAcceleration: acceleration,
          maxDeceleration: deceleration,
        },
      ];
    });
    if (action.do !== 'group-move') {
      return Math.max(
        0,
        ...demands.map(
          ({ distance, maxVelocity: velocity, maxAcceleration: acceleration, maxDeceleration: deceleration }) =>
            durationS({ distance, velocity, acceleration, deceleration }),
        ),
      );
    }
    const shortest = synchronise(demands, action.sync).durationS / (action.velocityScale ?? 1);
    return Math.max(shortest, (action.durationMs ?? 0) / 1000);
  }

  /** What the model knows: where an axis is at rest, and that it moves. Everything else is not known. */
  private reading(drive: string, word: string): Value {
    const isMoving = this.isGoing(drive);
    if (word === 'moving') return isMoving;
    if (word === 'state') return isMoving ? null : 'standstill';
    if (isMoving) return null;
    const position = this.positions.get(drive) ?? null;
    const at = position === null ? null : exactly(position);
    const atRest: Readonly<Record<string, Value>> = {
      position: at,
      target: at,
      velocity: exactly(0),
      inPosition: true,
      enabled: true,
    };
    return atRest[word] ?? null;
  }

  private stepOf(id: string): RunStep | null {
    return this.stepAt(this.run.threads.find(({ doing }) => doing?.id === id)?.at ?? null);
  }

  private stepAt(at: number | null): RunStep | null {
    const instruction = at === null ? undefined : this.parts.instructions[at];
    return instruction === undefined ? null : runStep(instruction, null);
  }
}

function drivesIn(action: DriveAction, { groups, drives }: DryRunParts['site']): readonly string[] {
  if (action.do === 'move') return [action.drive];
  if (action.do === 'group-move') return Object.keys(action.targets);
  if (action.which === 'all') return [...drives.keys()];
  return 'drive' in action.which ? [action.which.drive] : (groups.get(action.which.group)?.drives ?? []);
}

/** Where an action takes each drive; homing ends at the reference when the site file says where that is. */
function targetsOf(action: DriveAction, site: DryRunParts['site']): readonly (readonly [string, number | null])[] {
  if (action.do === 'move') return [[action.drive, action.position]];
  if (action.do === 'group-move') return Object.entries(action.targets);
  if (action.do === 'stop') return [];
  return drivesIn(action, site).map((drive) => [drive, site.drives.get(drive)?.homing?.position ?? null]);
}
