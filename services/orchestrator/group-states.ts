import type { Site } from '../../config/index.ts';
import type { AxisState, GroupStateMessage } from '../contracts/index.ts';
import { groupState, type GroupActivity } from './domain/group-state.ts';
import { createListeners, type Listen } from './listeners.ts';
import type { Registry } from './registry.ts';

interface Parts {
  readonly site: Site;
  readonly registry: Registry;
  /** What a group is busy with; null when it is free. */
  readonly busyWith: (group: string) => Busy | null;
}

interface Busy {
  readonly id: string;
  readonly command: string;
  readonly activity: GroupActivity;
}

export interface GroupStates {
  readonly read: (group: string) => GroupStateMessage;
  readonly publish: (group: string) => void;
  readonly onState: Listen<GroupStateMessage>;
  readonly close: () => void;
}

/** Tells a group's state when it, a member's state or the running command changes; positions travel with the drives. */
export function createGroupStates({ site, registry, busyWith }: Parts): GroupStates {
  const changes = createListeners<GroupStateMessage>();
  const told = new Map<string, { readonly words: string; readonly seq: number }>();

  const read = (group: string): GroupStateMessage => {
    const drives = site.groups.get(group)?.drives ?? [];
    const members = drives.map((drive) => ({
      drive,
      state: registry.axisState(drive),
      position: registry.entry(drive).state?.position ?? null,
    }));
    const busy = busyWith(group);
    const state = groupState(
      members.map((member): AxisState => member.state),
      busy?.activity ?? 'none',
    );
    const command = busy === null ? null : { id: busy.id, command: busy.command };
    return { group, state, members, command, seq: told.get(group)?.seq ?? 0 };
  };
  const publish = (group: string): void => {
    const now = read(group);
    const words = [now.state, now.command?.id, ...now.members.map(({ state }) => state)].join(' ');
    const before = told.get(group);
    if (before?.words === words) return;
    told.set(group, { words, seq: (before?.seq ?? 0) + 1 });
    changes.tell(read(group));
  };
  const close = registry.onChange(({ drive }) => {
    for (const { id, drives } of site.groups.values()) if (drives.includes(drive)) publish(id);
  });
  return { read, publish, onState: changes.listen, close };
}
