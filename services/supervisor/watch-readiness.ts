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

const EVERY_MS = 100;
/** A site that takes longer has something to say for itself; while nobody answers, the machine may just be slow. */
const PATIENCE_MS = 8000;
const SILENT_PATIENCE_MS = 30_000;

/** Tells once what is missing when it takes long, and once that the site is ready; then it ends. */
export function watchReadiness(watch: Watch, tell: (readiness: SiteReadiness) => void): void {
  const { url, clock, read, signal } = watch;
  const startedAtMs = clock.nowMs();
  let hasComplained = false;

  const look = async (): Promise<void> => {
    const found = await read(url, signal).catch(() => null);
    if (signal.aborted) return;
    if (found?.ready === true) return tell(found);
    const patienceMs = found === null ? SILENT_PATIENCE_MS : PATIENCE_MS;
    if (!hasComplained && clock.nowMs() - startedAtMs >= patienceMs) {
      hasComplained = true;
      tell(found ?? { ready: false, reasons: ['the orchestrator does not answer'] });
    }
    again();
  };
  let cancel: (() => void) | null = null;
  const again = (): void => {
    cancel = clock.after(EVERY_MS, () => void look());
  };
  signal.addEventListener('abort', () => cancel?.(), { once: true });
  void look();
}

export const readReadyz: ReadReadiness = async (url, signal) => {
  const response = await fetch(`${url}/readyz`, { signal: AbortSignal.any([signal, AbortSignal.timeout(2000)]) });
  const body: unknown = await response.json();
  if (typeof body !== 'object' || body === null || !('ready' in body)) return null;
  const reasons = 'reasons' in body && Array.isArray(body.reasons) ? body.reasons.map(String) : [];
  return { ready: body.ready === true, reasons };
};
