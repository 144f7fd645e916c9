import type { Clock } from '../base/index.ts';
import type { ModbusLine } from '../modbus/index.ts';
import type { Profile } from '../profile/index.ts';
import type { StepReport } from './report.ts';

export type StepNews =
  | { readonly step: string; readonly title: string; readonly state: 'begins' }
  | { readonly step: string; readonly title: string; readonly state: 'ended'; readonly report: StepReport };

export interface ConformanceOptions {
  /** Of two axes in one unit: narrowed to the one that is meant. */
  readonly profile: Profile;
  readonly unit: number;
  readonly clock: Clock;
  /** Opens the line anew; the suite closes what it has opened, and has never two open. */
  readonly openLine: () => ModbusLine;
  readonly serialNumberPin?: string | undefined;
  /**
   * Asked before anything moves: distance, speed, and what to watch.
   *
   * @param turns of the motor at most; Infinity where only the drive or its stops know
   */
  readonly ask: (question: string, turns: number) => Promise<boolean>;
  /** Asked what a person saw of the shaft; null where nobody looked. */
  readonly observe: (question: string) => Promise<boolean | null>;
  readonly progress: (news: StepNews) => void;
  /** Stops the drive at once and ends the run. */
  readonly signal: AbortSignal;
  /** Why nothing may move at all; null where it may, once asked. */
  readonly motionForbidden: string | null;
}
