import { failed, notPossible, passed, type Outcome } from '../report.ts';
import type { Rig } from '../rig.ts';
import { inWords, movedCounts, moveTo, targetFrom, toleranceOf, turn } from '../small-motion.ts';
import { disable, enable } from './enable-walk.ts';
import { canMove } from './small-move.ts';
import type { Step } from './step.ts';

const TURNS = 0.75;
const START_MS = 3000;
/** So long it is under way before the stop, and so long it is looked at afterwards. */
const ON_THE_WAY_MS = 300;
const LOOK_AT_MS = 500;

export const stopOnTheWay: Step = {
  id: 'stop',
  title: 'A stop on the way',
  question: (profile) =>
    profile.verbs.includes('moveTo')
      ? `The drive sets out and is stopped on the way: at most ${inWords(TURNS, profile)} Watch that it stops; keep a hand at the switch. Go on?`
      : 'The motor turns at half its speed and is stopped. Watch that it stops; keep a hand at the switch. Go on?',
  turns: (profile) => (profile.verbs.includes('moveTo') ? TURNS : Infinity),
  notPossible: (rig) =>
    rig.has('quickStop') && (canMove(rig) || rig.has('moveVelocity'))
      ? null
      : notPossible('the drive has no motion to stop'),
  async run(rig) {
    await enable(rig);
    const target = await setOut(rig);
    await rig.until('moving', ({ moving }) => moving === true, START_MS);
    await rig.pause(ON_THE_WAY_MS);
    const stopped = await stopAndLook(rig, target);
    await disable(rig);
    return stopped;
  },
};

/** Where it was sent; null where it only turns. */
async function setOut(rig: Rig): Promise<number | null> {
  const { profile } = rig.options;
  const { position } = await rig.state();
  if (!canMove(rig) || position === null) {
    await rig.execute(turn(profile));
    return null;
  }
  const target = targetFrom(position, TURNS, profile);
  await rig.execute(moveTo(target, profile));
  return target;
}

async function stopAndLook(rig: Rig, target: number | null): Promise<Outcome> {
  const { clock, profile } = rig.options;
  const askedMs = clock.nowMs();
  const { acknowledgedAtMs, atRest } = await rig.drive().stop();
  const first = await rig.state();
  await rig.pause(LOOK_AT_MS);
  const later = await rig.state();
  const crept = movedCounts(first, later);
  const acknowledgedMs = acknowledgedAtMs === null ? null : Math.round(acknowledgedAtMs - askedMs);
  const measured = { acknowledgedMs, atRest, power: later.power, target, rested: later.position, creptCounts: crept };
  if (!atRest) return failed('no reading proved that it is at rest', measured);
  if (later.moving === true || Math.abs(crept ?? 0) > toleranceOf(profile))
    return failed('it moves after the stop', measured);
  if (target !== null && Math.abs((later.position ?? target) - target) <= toleranceOf(profile))
    return failed('it went on to its target', measured);
  return passed('stopped short of its target, at rest', measured);
}
