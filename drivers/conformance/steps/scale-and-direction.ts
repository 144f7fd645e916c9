import type { Profile } from '../../profile/index.ts';
import { failed, notPossible, notRun, passed, type Measured, type Outcome } from '../report.ts';
import type { Rig } from '../rig.ts';
import { toleranceOf } from '../small-motion.ts';
import { canMove } from './small-move.ts';
import type { Step } from './step.ts';

const DEGREES = 360;

export const scaleAndDirection: Step = {
  id: 'scale-and-direction',
  title: 'Distance and sign of the readings against the command, and what a person saw',
  notPossible: (rig) => (canMove(rig) ? null : notPossible('the drive has no position')),
  async run(rig) {
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
    return asSeen(rig, commanded, measured);
  },
};

/** A drive and its profile agree with each other whatever the shaft does: only eyes tell a wrong scale from a right one. */
async function asSeen(rig: Rig, commanded: number, measured: Measured): Promise<Outcome> {
  const { profile, observe } = rig.options;
  const distance = await observe(distanceQuestion(profile, commanded));
  if (distance === null) return passed('the readings follow the command; nobody looked at the shaft', measured);
  if (!distance) return failed('a person saw another distance: correct countsPerRevolution, or the scales', measured);
  const direction = await observe(directionQuestion(profile));
  const isCover = profile.scheme === 'cover';
  const seen = { ...measured, seenDirection: directionWord(direction, isCover) };
  if (isCover && direction !== null && direction !== commanded > 0)
    return failed('a person saw it run the other way: 100 % is open', seen);
  return passed('the readings follow the command, and a person saw the same', seen);
}

function distanceQuestion({ scheme, countsPerRevolution }: Profile, commanded: number): string {
  if (scheme === 'cover') return `On its way out it should have run ${Math.abs(commanded)} % of its stroke. Did it?`;
  const degrees = Math.abs((commanded / countsPerRevolution) * DEGREES);
  return `On its way out the motor shaft should have turned by ${Math.round(degrees)} degrees (mind a gear). Did it?`;
}

const directionQuestion = ({ scheme }: Profile): string =>
  scheme === 'cover'
    ? 'Did it open on its way out?'
    : 'Looking at the end of the shaft: did it turn clockwise on its way out?';

function directionWord(seen: boolean | null, isCover: boolean): string | null {
  if (seen === null) return null;
  if (isCover) return seen ? 'opening' : 'closing';
  return seen ? 'clockwise' : 'counter-clockwise';
}
