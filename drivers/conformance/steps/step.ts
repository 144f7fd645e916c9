import type { Profile } from '../../profile/index.ts';
import type { Outcome } from '../report.ts';
import type { Rig } from '../rig.ts';

export interface Step {
  readonly id: string;
  readonly title: string;
  /** What a person must say yes to; only steps that have one may move the drive or switch it on. */
  readonly question?: (profile: Profile) => string;
  /** How far the motor may turn in it at most; Infinity where only the drive or its stops know. None for a step that moves nothing. */
  readonly turns?: (profile: Profile) => number;
  /** Why this drive cannot take the step, found out before anybody is asked; null where it can. */
  readonly notPossible?: (rig: Rig) => Outcome | null | Promise<Outcome | null>;
  readonly run: (rig: Rig) => Promise<Outcome> | Outcome;
}
