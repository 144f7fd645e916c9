/** Longer than any move; who wants to wait for ever reads the command resource instead. */
const LONGEST_S = 600;

/** `Prefer: wait=SECONDS` (RFC 7240, 4.3) in ms; null when the client does not want to wait. */
export function preferredWaitMs(header: string | string[] | undefined): number | null {
  const text = Array.isArray(header) ? header.join(',') : (header ?? '');
  const seconds = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,6})"?/i.exec(text)?.[1];
  return seconds === undefined ? null : Math.min(LONGEST_S, Number(seconds)) * 1000;
}
