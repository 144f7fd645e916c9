import type { PartEvent } from './supervised-part.ts';
import type { SiteReadiness } from './watch-readiness.ts';

/** Where a ready site is reached. */
export interface SiteDoors {
  readonly url: string;
  readonly brokerUrl: string;
  /** Since the supervisor began. */
  readonly afterMs: number;
}

/** The story of a site, told to a person or a machine. */
export interface SiteReport {
  begins(notices: readonly string[]): void;
  part(event: PartEvent): void;
  readiness(readiness: SiteReadiness, doors: SiteDoors): void;
  stopping(): void;
  stopped(): void;
}
