import type { Delivery, LeaseFact } from '../facts.ts';
import type { Evidence } from './evidence.ts';

/** Who may command which drive, kept by the oracle itself from what was granted. */
export class Authority {
  readonly #evidence: Evidence;

  constructor(evidence: Evidence) {
    this.#evidence = evidence;
  }

  /** Why a command that came then may not move anything; null when it may. */
  objection(delivery: Delivery): string | null {
    const { order, atMs } = delivery;
    const newest = this.#newest(delivery);
    const token = order.body['lease'];
    if (token === undefined) {
      return newest !== null && this.#surelyHolds(newest, atMs)
        ? `no token while ${newest.owner} held the lease`
        : null;
    }
    if (newest === null || newest.token !== token) return 'its token is not the newest that was granted';
    return atMs > newest.untilMs ? `its lease had ended ${(atMs - newest.untilMs).toFixed(0)} ms before` : null;
  }

  #newest(delivery: Delivery): LeaseFact | null {
    return (
      this.#evidence
        .of('lease')
        .findLast((lease) => lease.drive === delivery.order.drive && this.#evidence.isBefore(lease, delivery)) ?? null
    );
  }

  /** A lost link ends leases; where there may have been one, nothing is sure. */
  #surelyHolds({ drive, token, atMs, untilMs }: LeaseFact, nowMs: number): boolean {
    if (token === null || nowMs >= untilMs) return false;
    const { line } = this.#evidence.world.site.drives.get(drive)!;
    const wasKilled = this.#evidence.blows('process killed', line).some((killMs) => killMs >= atMs && killMs <= nowMs);
    const wasUnknown = this.#evidence
      .of('edge')
      .some(
        (edge) =>
          edge.drive === drive &&
          edge.atMs >= atMs &&
          edge.atMs <= nowMs &&
          (edge.to === 'unknown' || edge.from === 'unknown'),
      );
    return !wasKilled && !wasUnknown;
  }
}
