import { systemClock, type Clock } from '../../../drivers/base/index.ts';
import { createLogger, type Logger } from './logger.ts';
import { StartError } from './start-error.ts';

export interface StartContext {
  readonly logger: Logger;
  /** Aborts when the process is asked to stop, also while it is still starting. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

export interface RunningProcess {
  /** Gives everything back in order; called once. */
  close(): Promise<void>;
  /** What the supervisor is told with `ready`: URLs, ports. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** Longer than any orderly end takes; after it the process goes anyway, so that Ctrl-C always works. */
const CLOSE_LIMIT_MS = 5000;

/**
 * Runs one process from start to exit: stop signals and the death of a supervising parent close it in order, a second
 * signal or 5 s end it at once. A StartError is printed as its one line. An uncaught error is logged, then it closes
 * and exits with 1: a process in an unknown state moves nothing.
 */
export function runProcess(name: string, start: (context: StartContext) => Promise<RunningProcess>): void {
  const logger = createLogger({ name });
  const clock = systemClock;
  const stopping = new AbortController();
  let exitCode = 0;

  const stop = (reason: string, code: number): void => {
    exitCode = Math.max(exitCode, code);
    if (stopping.signal.aborted) return;
    logger.debug({ reason }, 'closing');
    clock.after(CLOSE_LIMIT_MS, () => {
      logger.error(`not closed within ${CLOSE_LIMIT_MS} ms; leaving now`);
      process.exit(1);
    });
    stopping.abort(new Error(reason));
  };
  onStopSignals((signal) => (stopping.signal.aborted ? process.exit(1) : stop(signal, 0)));
  onParentGone(() => stop('the supervisor is gone', 0));
  const onUncaught = (err: unknown): void => {
    logger.fatal({ err }, 'uncaught error');
    stop('uncaught error', 1);
  };
  process.on('uncaughtException', onUncaught);
  process.on('unhandledRejection', onUncaught);

  void live({ logger, signal: stopping.signal, clock }, start).then(
    () => process.exit(exitCode),
    (error: unknown) => process.exit(report(logger, error)),
  );
}

async function live(context: StartContext, start: (context: StartContext) => Promise<RunningProcess>): Promise<void> {
  const running = await start(context);
  if (!context.signal.aborted) {
    // A supervisor that died between the two lines is noticed by its own event.
    process.send?.({ kind: 'ready', ...running.facts }, undefined, undefined, () => undefined);
    await new Promise<void>((resolve) => context.signal.addEventListener('abort', () => resolve(), { once: true }));
  }
  await running.close();
}

function report(logger: Logger, error: unknown): number {
  if (error instanceof StartError) process.stderr.write(`${error.message}\n`);
  else logger.fatal({ err: error }, 'could not start or close');
  return 1;
}

function onStopSignals(stop: (signal: string) => void): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(signal));
}

function onParentGone(stop: () => void): void {
  if (process.send !== undefined) process.on('disconnect', stop);
  if (process.env['KMOTION_SUPERVISED'] === '1' && process.send === undefined) process.stdin.on('end', stop).resume();
}
