import type { JSX } from 'preact';
import { usePage } from '../page.ts';
import type { GroupEntry, Store } from '../store/store.ts';
import { groupPermissions, type MemberPermissions } from '../view/group-permissions.ts';
import { groupWord } from '../view/group-word.ts';
import { moveSummary } from '../view/move-summary.ts';
import { permissionsOf } from '../view/permissions.ts';
import { GroupButtons } from './group-buttons.tsx';
import { GroupMoveForm } from './group-move-form.tsx';
import { MemberColumn } from './member-column.tsx';
import { StateBadge } from './state-badge.tsx';

export function GroupCard({ group }: { readonly group: GroupEntry }): JSX.Element {
  const { store } = usePage();
  const isLive = group.drives.every((id) => store.freshness(id).kind === 'live');
  const permissions = groupPermissions(group.drives.map((id) => memberPermissions(store, id)));
  const isEnabled = group.drives.every((id) => store.drive(id).heard.value?.message.enabled === true);
  const lastMove = store.lastMoves.value.get(group.id);
  const state = store.groupStates.value.get(group.id)?.state ?? null;
  return (
    <article class={`card group ${isLive ? '' : 'is-old'}`} aria-labelledby={`group-${group.id}`}>
      <header class="card-head">
        <div>
          <h2 id={`group-${group.id}`}>{group.id}</h2>
          <p class="quiet">group of {group.drives.join(', ')}</p>
        </div>
        <StateBadge {...groupWord(state, isLive)} />
      </header>
      <div class="group-body">
        <div class="columns">
          {group.drives.map((id) => (
            <MemberColumn key={id} id={id} />
          ))}
        </div>
        <div class="group-controls">
          <GroupButtons group={group} isEnabled={isEnabled} permissions={permissions} />
          <GroupMoveForm group={group} permission={permissions.move} />
          {lastMove !== undefined && <p class="quiet last-move">{moveSummary(lastMove)}</p>}
        </div>
      </div>
    </article>
  );
}

function memberPermissions(store: Store, id: string): MemberPermissions {
  const { heard, description } = store.drive(id);
  const message = heard.value?.message ?? null;
  const known = { message, description: description.value, freshness: store.freshness(id) };
  return { drive: id, permissions: permissionsOf(known) };
}
