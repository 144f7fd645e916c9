import type { PortDescription, ScanEvent, ScanRequest } from '../contracts/index.ts';

/**
 * How ports are listed and searched: handed in by whoever starts the orchestrator, which itself touches no port. A port
 * that a line of the site names is never asked on.
 */
export interface Commissioning {
  ports(): Promise<readonly PortDescription[]>;
  scan(request: ScanRequest, tell: (event: ScanEvent) => void): RunningScan;
}

export interface RunningScan {
  /** Rejects when the scan could not be done; the message is for people. */
  readonly ended: Promise<void>;
  /** Ends it early; what was found until then is still told. */
  interrupt(): void;
}
