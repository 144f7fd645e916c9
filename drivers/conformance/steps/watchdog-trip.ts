import type { Profile } from '../../profile/index.ts';
import { failed, notPossible, passed } from '../report.ts';
import type { Rig } from '../rig.ts';
import { inWords, moveTo, targetFrom, toleranceOf } from '../small-motion.ts';
import { disable, enable } from './enable-walk.ts';
import { canMove } from './small-move.ts';
import type { Step } from './step.ts';

/** At half a turn a second this takes longer than any watchdog that is set here. */
const TURNS = 1.5;
const ON_THE_WAY_MS = 200;
/** Longer than the move would take: a drive that nobody watches has arrived by then. */
const SILENCE_MS = 4000;
const REST_MS = 3000;

export const watchdogTrip: Step = {
  id: 'watchdog',
  title: "The drive's own watchdog stops it when the line is silent",
  question: (profile) =>
    `The drive sets out and the line falls silent: its own watchdog (${timeoutOf(profile)} ms) must stop it; if it does not, it goes ` +
    `${inWords(TURNS, profile)} No key stops it meanwhile: keep a hand at the switch. Go on?`,
  turns: () => TURNS,
  notPossible(rig) {
    const { watchdog } = rig.options.profile;
    if (watchdog === null) return notPossible('the drive has no watchdog');
    return canMove(rig) ? null : notPossible('the drive has no position to see it by');
  },
  async run(rig) {
    const { profile } = rig.options;
    await enable(rig);
    const from = (await rig.state()).position ?? 0;
    const target = targetFrom(from, TURNS, profile);
    await rig.execute(moveTo(target, profile));
    await rig.pause(ON_THE_WAY_MS);
    await rig.disconnect();
    await rig.pause(timeoutOf(profile) + SILENCE_MS);
    await rig.connect();
    const seen = await rig.state();
    await clear(rig);
    const { position } = await rig.atRest(REST_MS);
    const shown = { power: seen.power, fault: seen.fault?.text ?? null };
    const measured = { timeoutMs: timeoutOf(profile), from, target, rested: position, ...shown };
    if (position === null || seen.moving === true) return failed('it is not at rest', measured);
    if (Math.abs(position - target) <= toleranceOf(profile)) return failed('it went on to its target', measured);
    return passed('stopped by itself, short of its target', measured);
  },
};

const timeoutOf = ({ watchdog }: Profile): number => watchdog?.defaultMs ?? 0;

/** As it was before: no fault, no power. */
async function clear(rig: Rig): Promise<void> {
  const { fault, power } = await rig.state();
  if (fault !== null && rig.has('resetFault')) await rig.execute({ kind: 'resetFault' });
  if (power === 'enabled' || power === 'quick-stop') await disable(rig);
  rig.findings.hasPower = false;
}
