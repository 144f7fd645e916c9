import { nextBackOff } from './back-off.ts';
import type { Facts, Launch, Part, Running, SupervisorClock } from './part.ts';

/** What happens to a part, for the terminal. */
export type PartEvent =
  | { readonly kind: 'ready'; readonly part: Part; readonly facts: Facts; readonly again: boolean }
  | { readonly kind: 'died'; readonly part: Part; readonly how: string; readonly restartMs: number }
  /** It ended before it had ever been ready; it has printed why. Nothing is restarted. */
  | { readonly kind: 'failed'; readonly part: Part; readonly how: string };

export interface SupervisedPart {
  readonly part: Part;
  start(): void;
  /** SIGTERM, and after `limitMs` SIGKILL; resolves when the process is gone. */
  stop(limitMs: number): Promise<void>;
}

export interface Supervision {
  readonly launch: Launch;
  readonly clock: SupervisorClock;
  readonly report: (event: PartEvent) => void;
}

/** Keeps one part alive: what dies after it was once ready is started again, with back-off and for ever. */
export function supervisePart(part: Part, { launch, clock, report }: Supervision): SupervisedPart {
  let running: Running | null = null;
  let wasReady = false;
  let isStopping = false;
  let startedAtMs = 0;
  let backOffMs = 0;
  let cancelRestart: (() => void) | null = null;
  let whenGone: (() => void) | null = null;

  function start(): void {
    startedAtMs = clock.nowMs();
    running = launch(part, { ready, ended });
  }

  function ready(facts: Facts): void {
    report({ kind: 'ready', part, facts, again: wasReady });
    wasReady = true;
  }

  function ended(how: string): void {
    running = null;
    if (isStopping) return whenGone?.();
    if (!wasReady) return report({ kind: 'failed', part, how });
    backOffMs = nextBackOff(backOffMs, clock.nowMs() - startedAtMs);
    report({ kind: 'died', part, how, restartMs: backOffMs });
    cancelRestart = clock.after(backOffMs, start);
  }

  async function stop(limitMs: number): Promise<void> {
    isStopping = true;
    cancelRestart?.();
    const process = running;
    if (process === null) return;
    await new Promise<void>((resolve) => {
      const cancelKill = clock.after(limitMs, () => process.kill('SIGKILL'));
      whenGone = () => {
        cancelKill();
        resolve();
      };
      process.kill('SIGTERM');
    });
  }

  return { part, start, stop };
}
