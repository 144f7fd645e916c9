import type { ChainReport, LoggedEvent } from '../../contracts/index.ts';

/** What happened, before it has its place in the chain. */
export type SiteEvent = Readonly<Omit<LoggedEvent, 'seq' | 'previous' | 'hash'>>;

export interface EventQuestion {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly subject?: string | undefined;
  readonly kind?: LoggedEvent['kind'] | undefined;
  /** Older than this line. */
  readonly before?: number | undefined;
  readonly limit: number;
}

export interface EventLog {
  /** Never waits and never fails: lines are written behind, and what does not fit is counted in a line of its own. */
  record(event: SiteEvent): void;
  /** Newest first. @throws StoreUnavailable */
  read(question: EventQuestion): Promise<readonly LoggedEvent[]>;
  /** @throws StoreUnavailable */
  verify(): Promise<ChainReport>;
  /** Lines lost since the start. */
  lost(): number;
  close(): Promise<void>;
}
