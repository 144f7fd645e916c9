import type { AxisState, CommandError, CommandStatus } from '../../contracts/index.ts';

/** How far one member of a running group command is. */
export interface MemberProgress {
  readonly status: CommandStatus;
  readonly error: CommandError | null;
  /** As the registry knows it; `unknown` covers a lost link and a dead process. */
  readonly state: AxisState;
}

export type Verdict =
  | { readonly kind: 'running' }
  | { readonly kind: 'done' }
  | { readonly kind: 'lost'; readonly drive: string; readonly error: CommandError };

/** What a member's state alone says about a command that has not ended: these states end it, sooner than its report. */
const STATE_ERRORS: Partial<Record<AxisState, CommandError>> = {
  errorStop: { code: 'fault', detail: 'reported a fault' },
  stopping: { code: 'stopped', detail: 'was stopped' },
  disabled: { code: 'notEnabled', detail: 'was switched off' },
  unknown: { code: 'offline', detail: 'is no longer known: its line or its process is silent' },
};

const STATUS_ERRORS: Partial<Record<CommandStatus, CommandError>> = {
  aborted: { code: 'superseded', detail: 'gave up the move for another command' },
  failed: { code: 'targetNotReached', detail: 'failed' },
  unknown: { code: 'writeUnverified', detail: 'cannot say whether it acted' },
};

function errorOf({ status, error, state }: MemberProgress): CommandError | null {
  if (status === 'done') return null;
  const byStatus = STATUS_ERRORS[status];
  if (byStatus !== undefined) return error ?? byStatus;
  return STATE_ERRORS[state] ?? null;
}

/** One member leaving normal operation loses the whole command (motion reference, invariant 37). */
export function verdictOn(members: ReadonlyMap<string, MemberProgress>): Verdict {
  for (const [drive, member] of members) {
    const error = errorOf(member);
    if (error !== null) return { kind: 'lost', drive, error: { ...error, detail: `${drive}: ${error.detail}` } };
  }
  return [...members.values()].every(({ status }) => status === 'done') ? { kind: 'done' } : { kind: 'running' };
}

/** Last minus first of the instants; null unless every member was seen. */
export function spreadMs(instants: readonly (number | null)[]): number | null {
  const known = instants.filter((instant) => instant !== null);
  if (known.length === 0 || known.length < instants.length) return null;
  return Math.max(...known) - Math.min(...known);
}
