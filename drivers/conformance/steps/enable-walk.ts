import { failed, notPossible, passed } from '../report.ts';
import type { Rig } from '../rig.ts';
import { movedCounts, toleranceOf } from '../small-motion.ts';
import type { Step } from './step.ts';

const WALK_MS = 5000;
/** How long a motor that holds itself is looked at. */
const LOOK_AT_MS = 300;

export const enableWalk: Step = {
  id: 'enable-walk',
  title: 'Enabled without moving, and disabled again',
  question: ({ narrowed }) =>
    `The motor${narrowed === undefined ? ' is' : 's of the unit are'} switched on and off again: distance 0, it must not move. ` +
    'Watch that the shaft holds, and that nothing hangs on it which comes down when the power goes. Go on?',
  notPossible: (rig) => (rig.has('enable') ? null : notPossible('the drive has no enable')),
  async run(rig) {
    const before = await rig.state();
    await enable(rig);
    await rig.pause(LOOK_AT_MS);
    const after = await rig.state();
    const moved = movedCounts(before, after);
    const off = rig.has('disable') ? await disable(rig) : null;
    const measured = { before: before.power, enabled: after.power, disabled: off, movedCounts: moved };
    if (moved !== null && Math.abs(moved) > toleranceOf(rig.options.profile))
      return failed(`it moved by ${moved} counts when it was enabled`, measured);
    if (off === null) return passed('enabled; the drive has no disable', measured);
    return off === 'enabled' ? failed('it is still enabled', measured) : passed('enabled, held, disabled', measured);
  },
};

/** Nothing to do where the drive is under power by itself. */
export async function enable(rig: Rig): Promise<void> {
  if (!rig.has('enable')) return;
  rig.findings.hasPower = true;
  await rig.execute({ kind: 'enable' });
  await rig.until('enabled', ({ power }) => power === 'enabled', WALK_MS);
}

/** The power state afterwards. */
export async function disable(rig: Rig): Promise<string> {
  if (!rig.has('disable')) return 'enabled';
  await rig.execute({ kind: 'disable' });
  const { power } = await rig.until('disabled', (state) => state.power !== 'enabled', WALK_MS);
  rig.findings.hasPower = false;
  return power;
}
