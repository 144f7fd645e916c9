import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { SupervisorClock } from './part.ts';

export interface SiteReadiness {
  readonly ready: boolean;
  /** What is still missing. */
  readonly reasons: readonly string[];
}

/** Asks the orchestrator's /readyz; null while nobody answers. */
export type ReadReadiness = (url: string, signal: AbortSignal) => Promise<SiteReadiness | null>;

interface Watch {
  readonly url: string;
  readonly clock: SupervisorClock;
  readonly read: ReadReadiness;
  readonly signal: AbortSignal;
}

const EVERY_MS = 50;
/** A site that takes longer has something to say for itself. */
const PATIENCE_MS = 8000;

/** Tells once what is missing when it takes long, and once that the site is ready; then it ends. */
export function watchReadiness(watch: Watch, tell: (readiness: SiteReadiness) => void): void {
  const { url, clock, read, signal } = watch;
  const complainAtMs = clock.nowMs() + PATIENCE_MS;
  let hasComplained = false;
  let cancel: (() => void) | null = null;

  const look = async (): Promise<void> => {
    const found = await read(url, signal).catch(() => null);
    if (signal.aborted) return;
    if (found?.ready === true) return tell(found);
    if (!hasComplained && clock.nowMs() >= complainAtMs) {
      hasComplained = true;
      tell(found ?? { ready: false, reasons: ['the orchestrator does not answer'] });
    }
    cancel = clock.after(EVERY_MS, () => void look());
  };
  signal.addEventListener('abort', () => cancel?.(), { once: true });
  void look();
}

/** By node:http: loading fetch costs more than this whole program. */
export const readReadyz: ReadReadiness = async (url, signal) => {
  const request = get(`${url}/readyz`, { signal: AbortSignal.any([signal, AbortSignal.timeout(2000)]) });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const body: unknown = JSON.parse(await text(response));
  if (typeof body !== 'object' || body === null || !('ready' in body)) return null;
  const reasons = 'reasons' in body && Array.isArray(body.reasons) ? body.reasons.map(String) : [];
  return { ready: body.ready === true, reasons };
};
