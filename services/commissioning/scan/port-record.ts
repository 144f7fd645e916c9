import type { SerialSettings } from '../../contracts/index.ts';
import type { Heard } from './heard.ts';
import type { Match } from './match-profile.ts';

/** Somebody who answered. */
export interface Answered {
  readonly serial: SerialSettings;
  readonly unit: number;
  readonly match: Match;
  /** All that came to questions to this unit. */
  readonly heard: readonly Heard[];
}

/** Bytes came that made no frame, each time. */
export interface Garbled {
  readonly serial: SerialSettings;
  readonly unit: number;
  /** The parity with which the same unit answers clearly; null when there is none. */
  readonly clearAt: SerialSettings | null;
}

/** All that was seen of one port, before anybody says what it means. */
export interface PortRecord {
  readonly port: string;
  readonly answered: readonly Answered[];
  readonly garbled: readonly Garbled[];
  readonly hasEcho: boolean;
  readonly askedSettings: readonly SerialSettings[];
  readonly askedUnits: readonly number[];
  /** Why it could not be opened, or was lost meanwhile. */
  readonly trouble: { readonly kind: 'port-taken' | 'port-lost'; readonly text: string } | null;
  /** Every question was asked. */
  readonly isComplete: boolean;
}
