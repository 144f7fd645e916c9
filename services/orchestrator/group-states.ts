import type { Site } from '../../config/index.ts';
import type { AxisState, GroupStateMessage } from '../contracts/index.ts';
import { groupState, type GroupActivity } from './domain/group-state.ts';
import { createListeners, type Listen } from './listeners.ts';
import type { Registry } from './registry.ts';
import type { Clock } from './time.ts';

interface Parts {
  readonly site: Site;
  readonly registry: Registry;
  readonly clock: Pick<Clock, 'nowMs' | 'after'>;
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

/** What was told of a group, as far as a change of it is news. */
interface Told {
  readonly states: readonly AxisState[];
  readonly commandId: string | null;
  readonly seq: number;
}

/**
 * Least time between two messages of a group for its members' sake: all members that change at once, as on a start or on a
 * line that falls silent, are one message and not one each.
 */
const MEMBERS_EVERY_MS = 100;

/**
 * Tells a group's state when it, a member's state or the running command changes; positions travel with the drives. Every
 * reading of every drive comes through here, so that one which changes no state must cost next to nothing.
 */
export function createGroupStates({ site, registry, clock, busyWith }: Parts): GroupStates {
  const changes = createListeners<GroupStateMessage>();
  const told = new Map<string, Told>();
  const toldAtMs = new Map<string, number>();
  const waiting = new Map<string, () => void>();
  const groupsOf = groupsByDrive(site);

  const read = (group: string): GroupStateMessage => ({
    ...stateOf(group, { site, registry, busyWith }),
    seq: told.get(group)?.seq ?? 0,
  });
  const isTold = (group: string): boolean => {
    const before = told.get(group);
    if (before === undefined || before.commandId !== (busyWith(group)?.id ?? null)) return false;
    const drives = site.groups.get(group)?.drives ?? [];
    return drives.every((drive, index) => registry.axisState(drive) === before.states[index]);
  };
  const publish = (group: string): void => {
    waiting.get(group)?.();
    waiting.delete(group);
    if (isTold(group)) return;
    toldAtMs.set(group, clock.nowMs());
    const { members, command, seq } = read(group);
    told.set(group, { states: members.map(({ state }) => state), commandId: command?.id ?? null, seq: seq + 1 });
    changes.tell(read(group));
  };
  const publishInTime = (group: string): void => {
    if (waiting.has(group) || isTold(group)) return;
    const waitMs = (toldAtMs.get(group) ?? -Infinity) + MEMBERS_EVERY_MS - clock.nowMs();
    if (waitMs <= 0) publish(group);
    else
      waiting.set(
        group,
        clock.after(waitMs, () => publish(group)),
      );
  };
  const end = registry.onChange(({ drive }) => groupsOf.get(drive)?.forEach(publishInTime));
  const close = (): void => {
    end();
    for (const cancel of waiting.values()) cancel();
  };
  return { read, publish, onState: changes.listen, close };
}

function stateOf(
  group: string,
  { site, registry, busyWith }: Pick<Parts, 'site' | 'registry' | 'busyWith'>,
): Omit<GroupStateMessage, 'seq'> {
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
  return { group, state, members, command };
}

function groupsByDrive({ groups }: Site): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { id, drives } of groups.values())
    for (const drive of drives) found.set(drive, [...(found.get(drive) ?? []), id]);
  return found;
}
