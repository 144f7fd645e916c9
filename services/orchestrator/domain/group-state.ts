import type { AxisState, GroupState } from '../../contracts/index.ts';

/** What the group itself is doing; its members' own commands do not count. */
export type GroupActivity = 'none' | 'homing' | 'moving';

const ACTIVE: Record<GroupActivity, GroupState | null> = { none: null, homing: 'groupHoming', moving: 'groupMoving' };

/**
 * PLCopen part 4: an error of any member always takes the group to groupErrorStop; in groupStandby single axes may
 * still be moved, so their motion is not the group's. A member nobody knows anything of makes the group unknown.
 */
export function groupState(members: readonly AxisState[], activity: GroupActivity): GroupState {
  const any = (state: AxisState): boolean => members.includes(state);
  if (any('errorStop')) return 'groupErrorStop';
  if (any('stopping')) return 'groupStopping';
  if (any('unknown') || members.length === 0) return 'unknown';
  return ACTIVE[activity] ?? (any('disabled') ? 'groupDisabled' : 'groupStandby');
}
