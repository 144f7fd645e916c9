/** Aborted by the first Ctrl-C: a long run ends there and gives the figures that it has. The second ends the program. */
export function untilInterrupted(): AbortSignal {
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  return interrupted.signal;
}
