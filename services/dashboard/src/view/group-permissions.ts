import type { Action, Permission } from './permissions.ts';

export interface MemberPermissions {
  readonly drive: string;
  readonly permissions: Record<Action, Permission>;
}

/** What a group may do: moves and homing need every member; switching and releasing go to those that can. */
export function groupPermissions(members: readonly MemberPermissions[]): Record<Action, Permission> {
  const any = (action: Action): Permission => {
    const able = members.find(({ permissions }) => permissions[action].allowed);
    return (
      able?.permissions[action] ?? firstRefusal(members, action) ?? { allowed: false, because: 'It has no members' }
    );
  };
  const every = (action: Action): Permission => firstRefusal(members, action) ?? { allowed: true };
  return {
    enable: any('enable'),
    disable: any('disable'),
    home: every('home'),
    move: every('move'),
    halt: any('halt'),
    stop: { allowed: true },
    release: any('release'),
    reset: any('reset'),
  };
}

function firstRefusal(members: readonly MemberPermissions[], action: Action): Permission | null {
  for (const { drive, permissions } of members) {
    const permission = permissions[action];
    if (!permission.allowed) return { allowed: false, because: `${drive}: ${permission.because}` };
  }
  return null;
}
