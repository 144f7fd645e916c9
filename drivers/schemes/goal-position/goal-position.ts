import type { Profile } from '../../profile/index.ts';
import { planBy, verbsOf, type Planners } from '../planners.ts';
import type { Scheme, Step } from '../scheme.ts';
import { toDriveState } from './drive-state.ts';
import { planMoveTo } from './motion.ts';
import { planDisable, planEnable, planResetFault } from './power.ts';
import { planHalt, planQuickStop } from './stop.ts';

const planners: Planners = {
  enable: (_, now, profile) => planEnable(now, profile),
  disable: (_, now, profile) => planDisable(now, profile),
  resetFault: (_, now, profile) => planResetFault(now, profile),
  moveTo: planMoveTo,
  halt: planHalt,
  quickStop: planQuickStop,
};

/** Bus servos that go to whatever goal stands in their register. */
export const goalPosition: Scheme = {
  id: 'goal-position',
  stopShows: 'enabled',
  toDriveState,
  alsoNeeds: () => [],
  plan: planBy(planners),
  verbs: verbsOf,
  configuration,
};

/** Whatever is written from here must not stay: the lock of the memory is closed. */
function configuration({ registers }: Profile): readonly Step[] {
  if (registers.eepromLock === undefined) return [];
  const values = { eepromLock: 1 };
  return [
    { do: 'write', values },
    { do: 'verify', values },
  ];
}
