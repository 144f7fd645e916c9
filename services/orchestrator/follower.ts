import { setMaxListeners } from 'node:events';
import type { CommandError, CommandResource, CommandStatus, DriveStateMessage } from '../contracts/index.ts';
import { Refusal } from '../contracts/index.ts';
import type { MemberProgress } from './domain/move-watch.ts';
import type { Registry } from './registry.ts';
import type { Clock } from './time.ts';

export interface FollowParts {
  readonly registry: Registry;
  readonly clock: Clock;
  /** The line of a drive. */
  readonly lineOf: (drive: string) => string;
}

export interface Followed extends MemberProgress {
  readonly finalPosition: number | null;
  /** Nobody is there who could still tell how it ends; a command whose readings are late only for now is unknown, not lost. */
  readonly isLost: boolean;
}

/**
 * Follows one command on each of several drives to its end. Reports on the bus are quick and may be lost, so the
 * resources are also read now and then; whichever says "ended" first counts.
 */
export interface Follower {
  /** Resolves with the last progress as soon as `isEnough` or the signal says so. */
  follow(
    commands: ReadonlyMap<string, string>,
    isEnough: (progress: ReadonlyMap<string, Followed>) => boolean,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, Followed>>;
  /** When each drive was last seen to have come to rest (milliseconds since 1970, by its own sample), from creation on. */
  restedAtMs(): ReadonlyMap<string, number>;
  /** Why the first command of a drive failed, of all since creation: what the drive does after that only follows from it. */
  failureOf(drive: string): CommandError | null;
  close(): void;
}

/** Reading a resource costs a request; with the bus up it is only the second way. */
const POLL_MS = 200;

interface Outcome {
  readonly status: CommandStatus;
  readonly error: CommandError | null;
  readonly finalPosition: number | null;
  readonly isLost: boolean;
}

const ENDED: ReadonlySet<CommandStatus> = new Set<CommandStatus>(['done', 'aborted', 'failed', 'unknown']);
const ACCEPTED: Outcome = { status: 'accepted', error: null, finalPosition: null, isLost: false };

export function createFollower(drives: ReadonlySet<string>, parts: FollowParts): Follower {
  const outcomes = new Map<string, Outcome>();
  const failures = watchFailures(parts.registry, drives);
  const rest = createRestWatch();
  const bell = createBell();

  const take = (id: string, outcome: Outcome): void => {
    if (!isResolved(outcomes.get(id) ?? ACCEPTED)) outcomes.set(id, outcome);
    bell.ring();
  };
  const ends = [
    parts.registry.onReport((report) => {
      if (report.id === null || report.status === 'refused' || !drives.has(report.drive)) return;
      take(report.id, outcomeOf(report.status, report));
    }),
    parts.registry.onChange(({ drive, news }) => {
      if (!drives.has(drive)) return;
      if (news.kind === 'state') rest.note(drive, news.state);
      bell.ring();
    }),
  ];

  const progressOf = (commands: ReadonlyMap<string, string>): ReadonlyMap<string, Followed> =>
    new Map(
      [...commands].map(([drive, id]) => [
        drive,
        { ...(outcomes.get(id) ?? ACCEPTED), state: parts.registry.axisState(drive) },
      ]),
    );

  return {
    restedAtMs: () => rest.atMs,
    failureOf: failures.of,
    close: () => [...ends, failures.close].forEach((end) => end()),
    async follow(commands, isEnough, signal) {
      const pollers = new AbortController();
      // one sleeper for each member
      setMaxListeners(0, pollers.signal);
      const { signal: polled } = pollers;
      commands.forEach((id, drive) => void pollCommand({ drive, id, signal: polled }, parts, (at) => take(id, at)));
      const stopRinging = onAbort(signal, bell.ring);
      try {
        for (;;) {
          const progress = progressOf(commands);
          if (signal.aborted || isEnough(progress)) return progress;
          await bell.next();
        }
      } finally {
        stopRinging();
        pollers.abort(new Error('followed to the end'));
      }
    },
  };
}

interface FailureWatch {
  readonly of: (drive: string) => CommandError | null;
  readonly close: () => void;
}

function watchFailures(registry: Registry, drives: ReadonlySet<string>): FailureWatch {
  const failures = new Map<string, CommandError>();
  const close = registry.onReport(({ drive, status, error }) => {
    if (status === 'failed' && error !== null && drives.has(drive) && !failures.has(drive)) failures.set(drive, error);
  });
  return { of: (drive) => failures.get(drive) ?? null, close };
}

interface RestWatch {
  readonly atMs: ReadonlyMap<string, number>;
  readonly note: (drive: string, state: DriveStateMessage) => void;
}

/** Keeps the reading that first showed each drive at rest after it had moved. */
function createRestWatch(): RestWatch {
  const moving = new Set<string>();
  const atMs = new Map<string, number>();
  return {
    atMs,
    note(drive, { moving: isMoving, sampledAt }) {
      if (isMoving === true) moving.add(drive);
      else if (isMoving === false && sampledAt !== null && moving.delete(drive)) atMs.set(drive, Date.parse(sampledAt));
    },
  };
}

/** Nothing more may be hoped for: whoever moves is treated as moving. */
export const hasEnded = ({ status }: MemberProgress): boolean => ENDED.has(status);

/** Nothing more will come: `unknown` is resolved by its drive, unless that is lost. */
export const isResolved = ({ status, isLost }: Pick<Followed, 'status' | 'isLost'>): boolean =>
  ENDED.has(status) && (status !== 'unknown' || isLost);

interface Ending {
  readonly error: CommandError | null;
  readonly result: { readonly finalPosition: number | null } | null;
}

const outcomeOf = (status: CommandStatus, { error, result }: Ending): Outcome => ({
  status,
  error,
  finalPosition: result?.finalPosition ?? null,
  isLost: false,
});

async function pollCommand(
  { drive, id, signal }: { drive: string; id: string; signal: AbortSignal },
  parts: FollowParts,
  take: (outcome: Outcome) => void,
): Promise<void> {
  for (;;) {
    const isOver = await parts.clock.sleep(POLL_MS, signal).then(
      () => false,
      () => true,
    );
    if (isOver || signal.aborted) return;
    const outcome = await readOutcome(drive, id, parts);
    if (!signal.aborted) take(outcome);
    if (isResolved(outcome)) return;
  }
}

const lost = (code: string, detail: string): Outcome => ({
  status: 'unknown',
  error: { code, detail },
  finalPosition: null,
  isLost: true,
});

/** A process that forgot the command or cannot be asked leaves its end unknown; unknown is treated as lost. */
async function readOutcome(drive: string, id: string, { registry, lineOf }: FollowParts): Promise<Outcome> {
  const client = registry.clientOf(lineOf(drive));
  if (client === null) return lost('unreachable', 'its device process is not known');
  try {
    const resource: CommandResource = await client.readCommand(drive, id);
    return outcomeOf(resource.status, resource);
  } catch (error) {
    const code = error instanceof Refusal ? error.problem.code : 'unreachable';
    return lost(code, error instanceof Error ? error.message : String(error));
  }
}

/** Wakes one sleeper; rings that came while it was awake are remembered as one. */
function createBell(): { readonly ring: () => void; readonly next: () => Promise<void> } {
  let isRung = false;
  let wake: (() => void) | null = null;
  return {
    ring() {
      isRung = true;
      wake?.();
    },
    async next() {
      if (!isRung) await new Promise<void>((resolve) => (wake = resolve));
      isRung = false;
      wake = null;
    },
  };
}

function onAbort(signal: AbortSignal, run: () => void): () => void {
  signal.addEventListener('abort', run, { once: true });
  return () => signal.removeEventListener('abort', run);
}
