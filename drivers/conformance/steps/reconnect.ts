import type { DriveIdentity } from '../../drive/index.ts';
import { failed, passed } from '../report.ts';
import { movedCounts, toleranceOf } from '../small-motion.ts';
import type { Step } from './step.ts';

const AWAY_MS = 500;

export const reconnect: Step = {
  id: 'reconnect',
  title: 'The line closed and opened again',
  async run(rig) {
    const before = { identity: rig.drive().identity(), state: await rig.state() };
    await rig.disconnect();
    await rig.pause(AWAY_MS);
    const { clock, profile } = rig.options;
    const openedMs = clock.nowMs();
    await rig.connect(rig.options.signal);
    const backMs = Math.round(clock.nowMs() - openedMs);
    const after = await rig.state();
    const moved = movedCounts(before.state, after);
    const measured = { backMs, movedCounts: moved };
    if (!isSame(before.identity, rig.drive().identity())) return failed('another drive answers', measured);
    if (after.moving === true || Math.abs(moved ?? 0) > toleranceOf(profile)) return failed('it moved', measured);
    return passed('identified again, nothing moved', measured);
  },
};

const isSame = (before: DriveIdentity | null, after: DriveIdentity | null): boolean =>
  JSON.stringify(before) === JSON.stringify(after);
