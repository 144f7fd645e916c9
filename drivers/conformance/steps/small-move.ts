import type { DriveState } from '../../drive/index.ts';
import { failed, notPossible, passed, type Outcome } from '../report.ts';
import type { Rig } from '../rig.ts';
import { inWords, moveTo, targetFrom, toleranceOf, turn } from '../small-motion.ts';
import { enable } from './enable-walk.ts';
import type { Step } from './step.ts';

const TURNS = 0.25;
const ARRIVE_MS = 30_000;
const TURN_MS = 500;

export const smallMove: Step = {
  id: 'small-move',
  title: 'A small move out and back',
  question: (profile) =>
    profile.verbs.includes('moveTo')
      ? `The drive moves out and back: ${inWords(TURNS, profile)} Watch the direction, and that the way is free; Ctrl-C stops it. Go on?`
      : `The motor turns for ${TURN_MS / 1000} s at half its speed; how far is not known. Watch the direction; Ctrl-C stops it. Go on?`,
  turns: (profile) => (profile.verbs.includes('moveTo') ? TURNS : Infinity),
  notPossible: (rig) => (canMove(rig) || rig.has('moveVelocity') ? null : notPossible('the drive has no move')),
  run: async (rig) => (canMove(rig) ? outAndBack(rig) : turnShortly(rig)),
};

export const canMove = (rig: Rig): boolean =>
  rig.has('moveTo') && rig.options.profile.registers.actualPosition !== undefined;

async function outAndBack(rig: Rig): Promise<Outcome> {
  const { profile, clock } = rig.options;
  await enable(rig);
  const start = (await rig.state()).position;
  if (start === null) return failed('the drive shows no position');
  const beganMs = clock.nowMs();
  const target = targetFrom(start, TURNS, profile);
  const out = await goTo(rig, target);
  rig.findings.move = { commanded: target - start, shown: out - start };
  const outMs = Math.round(clock.nowMs() - beganMs);
  const back = await goTo(rig, start);
  const measured = { from: start, target, out, outMs, back };
  const worst = Math.max(Math.abs(out - target), Math.abs(back - start));
  if (worst > toleranceOf(profile)) return failed(`it rests ${worst} counts away from where it was sent`, measured);
  return passed('arrived out and back, at rest', measured);
}

/** Where it rests afterwards. A rest before the target is seen has to last, so that no late start passes for an arrival. */
async function goTo(rig: Rig, target: number): Promise<number> {
  const tolerance = toleranceOf(rig.options.profile);
  await rig.execute(moveTo(target, rig.options.profile));
  const isThere = ({ position, moving }: DriveState): boolean =>
    moving !== true && position !== null && Math.abs(position - target) <= tolerance;
  await rig.until(`at rest at ${target}`, isThere, ARRIVE_MS);
  return (await rig.atRest(ARRIVE_MS)).position ?? NaN;
}

async function turnShortly(rig: Rig): Promise<Outcome> {
  await enable(rig);
  await rig.execute(turn(rig.options.profile));
  await rig.until('turning', ({ moving }) => moving === true, ARRIVE_MS);
  await rig.pause(TURN_MS);
  await rig.execute({ kind: 'halt' });
  await rig.atRest(ARRIVE_MS);
  return passed('turned and halted; without a position nothing says how far', { turnedMs: TURN_MS });
}
