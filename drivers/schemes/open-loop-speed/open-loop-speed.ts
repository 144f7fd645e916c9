import { planBy, verbsOf } from '../planners.ts';
import type { Scheme } from '../scheme.ts';
import { toDriveState } from './drive-state.ts';
import { planHalt, planMoveVelocity, planQuickStop } from './speed.ts';

/** Motors with a speed register and nothing else. */
export const openLoopSpeed: Scheme = {
  id: 'open-loop-speed',
  stopShows: 'enabled',
  toDriveState,
  alsoNeeds: () => [],
  plan: planBy({
    moveVelocity: planMoveVelocity,
    halt: (_, _now, profile) => planHalt(profile),
    quickStop: planQuickStop,
  }),
  verbs: verbsOf,
  configuration: () => [],
};
