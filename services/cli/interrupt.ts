/**
 * Ctrl-C once: the work ends in order and its result is kept. Twice: the process leaves. When another process started
 * this one and is gone, that counts as once.
 */
export function onInterrupt(): AbortSignal {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => (stopping.signal.aborted ? process.exit(130) : stopping.abort()));
  }
  if (process.env['KMOTION_SUPERVISED'] === '1') process.stdin.on('end', () => stopping.abort()).resume();
  return stopping.signal;
}
