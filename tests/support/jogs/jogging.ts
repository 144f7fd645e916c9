import { randomUUID } from 'node:crypto';
import { systemClock } from '../../../drivers/base/index.ts';

/** How one drive is jogged. */
export interface JogPlan {
  readonly drive: string;
  /** Where its commands go: base URL of a device process, of an orchestrator, or of what stands between. */
  readonly url: string;
  /** Signed, mm/s. */
  readonly velocity: number;
  readonly ttlMs: number;
  readonly everyMs: number;
}

/** One sending and what came of it; instants in milliseconds since 1970. */
export interface Renewal {
  readonly drive: string;
  readonly id: string;
  readonly sentUnixMs: number;
  /** Null while there is no answer, and for a refused one. */
  readonly accepted: Acceptance | null;
}

export interface Acceptance {
  readonly atUnixMs: number;
  readonly overtravelMm: number;
}

interface JogResource {
  readonly jog?: { readonly overtravel: number; readonly until: string } | undefined;
}

const PATIENCE_MS = 2000;

/** What a jog's resource says of its last accepted renewal. */
export function acceptanceOf({ jog }: JogResource, ttlMs: number): Acceptance | null {
  if (jog === undefined) return null;
  return { atUnixMs: Date.parse(jog.until) - ttlMs, overtravelMm: jog.overtravel };
}

/** What is sent: the time is its sender's, so that a renewal that comes late is known to be late. */
export function newRenewal({ drive, velocity, ttlMs }: JogPlan): { readonly renewal: Renewal; readonly body: string } {
  const id = randomUUID();
  const sentUnixMs = systemClock.unixMs();
  const body = { id, velocity, ttlMs, issuedAt: new Date(sentUnixMs).toISOString() };
  return { renewal: { drive, id, sentUnixMs, accepted: null }, body: JSON.stringify(body) };
}

/** Jogs by REST as long as it is held: the same command again and again, as a key that is held down. */
export async function jogByRest(plan: JogPlan, isHeld: () => boolean, told: (renewal: Renewal) => void): Promise<void> {
  while (isHeld()) {
    const { renewal, body } = newRenewal(plan);
    told(renewal);
    const accepted = await send(plan, body);
    if (accepted !== null) told({ ...renewal, accepted });
    await systemClock.sleep(plan.everyMs);
  }
}

async function send(plan: JogPlan, body: string): Promise<Acceptance | null> {
  try {
    const response = await fetch(`${plan.url}/v1/drives/${plan.drive}/commands/jog`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return acceptanceOf((await response.json()) as JogResource, plan.ttlMs);
  } catch {
    return null;
  }
}
