import { abortedBy, LEASE_LOST, type Ending, type Run, type RunParts } from './group-run.ts';

interface Leased {
  readonly drives: readonly string[];
  readonly run: Run;
  /** Ends the command when a lease is lost while it runs. */
  readonly abort: AbortController;
}

/** Acts while it holds the lease of every drive; where one is refused, nothing is done. */
export async function underLeases(
  { drives, run, abort }: Leased,
  { leases }: RunParts,
  act: () => Promise<Ending>,
): Promise<Ending> {
  const holding = await leases.hold(drives);
  if (!holding.ok) {
    const { code, detail } = holding;
    return { status: 'failed', error: { code, detail: `Group ${run.group.id} did nothing: ${detail}` } };
  }
  holding.held.lost.addEventListener('abort', () => abort.abort(LEASE_LOST), { once: true });
  try {
    return run.signal.aborted ? abortedBy(run) : await act();
  } finally {
    await holding.held.release();
  }
}
