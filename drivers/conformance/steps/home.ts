import { Counts } from '../../base/index.ts';
import type { Profile } from '../../profile/index.ts';
import { notPossible, passed } from '../report.ts';
import { enable } from './enable-walk.ts';
import type { Step } from './step.ts';

const LONGEST_STROKE_MS = 120_000;

/** Drives of this family refuse every position until they have coordinates, and take the place where they stand. */
const declares = ({ scheme, verbs }: Profile): boolean => scheme === 'direct-data' && verbs.includes('setPosition');

/** Only for drives that do not know where they are before: the others are moved from where they stand. */
export const home: Step = {
  id: 'home',
  title: 'A reference, where the drive has no position without one',
  question: (profile) =>
    declares(profile)
      ? 'The drive has no coordinates yet: where it stands is declared its position; distance 0, it must not move. Go on?'
      : `The drive runs to find its reference (method ${profile.homingMethods[0] ?? 'none'}): ` +
        `${profile.scheme === 'cover' ? 'the whole stroke to its end' : 'until it meets it'}, at its own speed. ` +
        'Watch that the way is free to the end; Ctrl-C stops it. Go on?',
  turns: (profile) => (declares(profile) ? 0 : Infinity),
  async notPossible(rig) {
    if (!rig.has('home')) return notPossible('the drive has no homing');
    const { position, referenced } = await rig.state();
    const isWanted = position === null || (declares(rig.options.profile) && referenced === false);
    if (!isWanted) return notPossible('not needed: the drive moves from where it stands');
    return rig.options.profile.homingMethods.length > 0 ? null : notPossible('the profile names no homing method');
  },
  async run(rig) {
    const { clock, profile } = rig.options;
    const { countsPerRevolution } = profile;
    if (declares(profile)) {
      await enable(rig);
      await rig.execute({ kind: 'setPosition', position: Counts(0) });
      return passed('where it stands is its position now', { position: (await rig.state()).position });
    }
    const beganMs = clock.nowMs();
    await rig.execute({
      kind: 'home',
      method: profile.homingMethods[0] ?? 0,
      position: Counts(0),
      fast: countsPerRevolution / 2,
      slow: countsPerRevolution / 10,
      acceleration: countsPerRevolution,
    });
    await rig.until(
      'homing attained',
      ({ homing, moving }) => homing === 'attained' && moving !== true,
      LONGEST_STROKE_MS,
    );
    const { position } = await rig.atRest(LONGEST_STROKE_MS);
    return passed('the reference is found', { position, durationMs: Math.round(clock.nowMs() - beganMs) });
  },
};
