import type { Clock } from '../../drivers/base/index.ts';
import type { CommandReport, CommandResource } from '../contracts/index.ts';

export type CommandResult = NonNullable<CommandResource['result']>;
export type CommandError = NonNullable<CommandResource['error']>;
type TerminalStatus = 'done' | 'aborted' | 'failed';

export interface CommandOutcome {
  readonly status: TerminalStatus;
  readonly result?: CommandResult | null;
  readonly error?: CommandError | null;
}

/** One command from acceptance to its end. It ends exactly once; whatever comes later is ignored. */
export interface CommandRecord {
  readonly id: string;
  readonly command: string;
  /** Resolves with the final resource; never rejects. */
  readonly ended: Promise<CommandResource>;
  hasEnded(): boolean;
  resource(): CommandResource;
  report(): CommandReport;
  queue(): void;
  activate(): void;
  /** The drive does not answer: whether the command still runs is not known. */
  suspect(): void;
  progress(share: number | null): void;
  /** What a jog promises since its last renewal. */
  jog(promise: NonNullable<CommandResource['jog']>): void;
  /** False when it had ended before. */
  end(outcome: CommandOutcome): boolean;
}

export interface RecordParts {
  readonly id: string;
  readonly drive: string;
  readonly command: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly clock: Clock;
  /** Called after each change of status. */
  readonly onStatus: (record: CommandRecord) => void;
}

let told = { unixMs: 0, instant: new Date(0).toISOString() };

/** For people. One moment is told in several places: when a command began, in its events, in the state. */
export function instantOf(unixMs: number): string {
  if (told.unixMs !== unixMs) told = { unixMs, instant: new Date(unixMs).toISOString() };
  return told.instant;
}

const TERMINAL: ReadonlySet<string> = new Set<TerminalStatus>(['done', 'aborted', 'failed']);

export function createCommandRecord({ clock, onStatus, ...named }: RecordParts): CommandRecord {
  const { promise: ended, resolve } = deferred<CommandResource>();
  const now = (): string => instantOf(clock.unixMs());
  let resource: CommandResource = {
    ...named,
    parameters: { ...named.parameters },
    status: 'accepted',
    createdAt: now(),
    startedAt: null,
    endedAt: null,
    progress: null,
    result: null,
    error: null,
  };
  const hasEnded = (): boolean => TERMINAL.has(resource.status);

  function change(fields: Partial<CommandResource>): void {
    if (hasEnded()) return;
    const before = resource.status;
    resource = { ...resource, ...fields };
    if (resource.status !== before) onStatus(record);
  }

  const record: CommandRecord = {
    id: named.id,
    command: named.command,
    ended,
    hasEnded,
    resource: () => resource,
    report() {
      const { id, drive, command, status, result, error } = resource;
      return { id, drive, command, status, result, error };
    },
    queue: () => change({ status: 'queued' }),
    activate: () => change({ status: 'active', startedAt: resource.startedAt ?? now() }),
    suspect: () => change({ status: 'unknown' }),
    progress: (share) => change({ progress: share }),
    jog: (promise) => change({ jog: promise }),
    end({ status, result = null, error = null }) {
      if (hasEnded()) return false;
      change({ status, result, error, endedAt: now(), progress: status === 'done' ? 1 : resource.progress });
      resolve(resource);
      return true;
    },
  };
  return record;
}

export interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: Error) => void;
}

export function deferred<T>(): Deferred<T> {
  let settle: Pick<Deferred<T>, 'resolve' | 'reject'> | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  if (settle === undefined) throw new Error('a promise runs its executor at once');
  return { promise, ...settle };
}
