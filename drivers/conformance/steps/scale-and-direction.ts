import { failed, notPossible, notRun, passed } from '../report.ts';
import { toleranceOf } from '../small-motion.ts';
import { canMove } from './small-move.ts';
import type { Step } from './step.ts';

export const scaleAndDirection: Step = {
  id: 'scale-and-direction',
  title: 'Distance and sign of the readings against the command',
  notPossible: (rig) => (canMove(rig) ? null : notPossible('the drive has no position')),
  run(rig) {
    const { findings } = rig;
    const { profile } = rig.options;
    if (findings.move === null) return notRun('nothing was moved');
    const { commanded, shown } = findings.move;
    const measured = {
      commandedCounts: commanded,
      shownCounts: shown,
      ratio: shown / commanded,
      turns: shown / profile.countsPerRevolution,
    };
    if (Math.sign(shown) !== Math.sign(commanded)) return failed('the readings run against the command', measured);
    if (Math.abs(shown - commanded) > toleranceOf(profile))
      return failed('the readings show another distance', measured);
    return passed('the readings follow the command', measured);
  },
};
