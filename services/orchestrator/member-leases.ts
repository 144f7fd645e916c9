import type { LeaseGrant } from '../contracts/index.ts';
import { Refusal } from '../contracts/index.ts';
import { DeviceUnreachable, type DeviceClient } from './device-client.ts';
import type { Clock } from './time.ts';

interface LeaseParts {
  /** Of the process that owns the drive's line; null where it was never heard of. */
  readonly clientOf: (drive: string) => DeviceClient | null;
  readonly clock: Clock;
  /** Named to whoever is refused; another one for each orchestrator, so that two never share a lease. */
  readonly owner: string;
  /** Where leases are not asked for none is taken: a person may halt a member by its own page. */
  readonly isNeeded: boolean;
}

export interface HeldLeases {
  /** Aborted when one of them was lost: somebody else may command that member from now on. */
  readonly lost: AbortSignal;
  readonly release: () => Promise<void>;
}

type Holding =
  | { readonly ok: true; readonly held: HeldLeases }
  | { readonly ok: false; readonly drive: string; readonly code: string; readonly detail: string };

/** The leases that this orchestrator holds while it commands drives; commands that overlap share them. */
export interface MemberLeases {
  /** All of them or none. They are renewed until released. */
  hold(drives: readonly string[]): Promise<Holding>;
  /** What goes into `lease` of a command; undefined where none is held. */
  tokenOf(drive: string): string | undefined;
}

const TTL_MS = 6000;
/** Two renewals may fail before the lease ends. */
const RENEW_MS = 2000;

interface Held {
  readonly grant: Promise<LeaseGrant>;
  readonly users: Set<AbortController>;
  readonly end: AbortController;
  token: string | undefined;
}

export function createMemberLeases(parts: LeaseParts): MemberLeases {
  const held = new Map<string, Held>();

  /** Taking it anew would fence off whoever of us uses it already. */
  function join(drive: string, user: AbortController): Held {
    const known = held.get(drive);
    const lease = known ?? take(drive, parts);
    held.set(drive, lease);
    lease.users.add(user);
    if (known === undefined) void keep(drive, lease);
    return lease;
  }

  async function keep(drive: string, lease: Held): Promise<void> {
    try {
      lease.token = (await lease.grant).token;
      await renewUntilEnd(drive, lease, parts);
    } catch (error) {
      if (held.get(drive) === lease) held.delete(drive);
      for (const user of lease.users) user.abort(error);
    }
  }

  async function leave(drive: string, user: AbortController): Promise<void> {
    const lease = held.get(drive);
    if (lease === undefined || !lease.users.delete(user) || lease.users.size > 0) return;
    held.delete(drive);
    lease.end.abort(new Error('released'));
    // Not given back it ends by itself.
    if (lease.token !== undefined)
      await parts
        .clientOf(drive)
        ?.giveLeaseBack(drive, lease.token)
        .catch(() => undefined);
  }

  return {
    tokenOf: (drive) => held.get(drive)?.token,
    async hold(drives) {
      const user = new AbortController();
      const wanted = parts.isNeeded ? drives : [];
      const release = async (): Promise<void> =>
        void (await Promise.all(wanted.map(async (drive) => leave(drive, user))));
      const refusals = await Promise.all(
        wanted.map(async (drive) => refusalOf(drive, async () => join(drive, user).grant)),
      );
      const refused = refusals.find((refusal) => refusal !== null);
      if (refused === undefined || refused === null) return { ok: true, held: { lost: user.signal, release } };
      await release();
      return refused;
    },
  };
}

function take(drive: string, { clientOf, owner }: LeaseParts): Held {
  const client = clientOf(drive);
  const grant =
    client === null
      ? Promise.reject(new DeviceUnreachable(`the device process of ${drive} was never heard of`, 'no'))
      : client.takeLease(drive, { owner, ttlMs: TTL_MS });
  return { grant, users: new Set(), end: new AbortController(), token: undefined };
}

/** Rejects when the lease is lost; a renewal that was not answered is tried again while it still holds. */
async function renewUntilEnd(drive: string, { token, end }: Held, { clientOf, clock }: LeaseParts): Promise<void> {
  let holdsUntilMs = clock.nowMs() + TTL_MS;
  for (;;) {
    await clock.sleep(RENEW_MS, end.signal).catch(() => undefined);
    if (end.signal.aborted || token === undefined) return;
    const askedAtMs = clock.nowMs();
    try {
      await clientOf(drive)?.renewLease(drive, { token, ttlMs: TTL_MS });
      holdsUntilMs = askedAtMs + TTL_MS;
    } catch (error) {
      if (end.signal.aborted) return;
      if (error instanceof Refusal || clock.nowMs() + RENEW_MS > holdsUntilMs) throw error;
    }
  }
}

async function refusalOf(
  drive: string,
  granted: () => Promise<LeaseGrant>,
): Promise<Extract<Holding, { ok: false }> | null> {
  try {
    await granted();
    return null;
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, drive, code: error.problem.code, detail: error.message };
    if (error instanceof DeviceUnreachable) return { ok: false, drive, code: 'unreachable', detail: error.message };
    throw error;
  }
}
