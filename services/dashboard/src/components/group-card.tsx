import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { usePage } from '../page.ts';
import type { GroupEntry, Store } from '../store/store.ts';
import { groupPermissions, type MemberPermissions } from '../view/group-permissions.ts';
import { groupWord } from '../view/group-word.ts';
import { permissionsOf } from '../view/permissions.ts';
import { GroupButtons } from './group-buttons.tsx';
import { GroupMoveForm } from './group-move-form.tsx';
import { LastMove } from './last-move.tsx';
import { MemberColumn } from './member-column.tsx';
import { StateBadge } from './state-badge.tsx';

export function GroupCard({ group }: { readonly group: GroupEntry }): JSX.Element {
  const { store } = usePage();
  const isLive = group.drives.every((id) => store.freshness(id).kind === 'live');
  const permissions = groupPermissions(group.drives.map((id) => memberPermissions(store, id)));
  const lastMove = useSignal<string | null>(null);
  const state = store.groupStates.value.get(group.id)?.state ?? null;
  return (
    <article class={`card group ${isLive ? '' : 'is-old'}`} aria-labelledby={`group-${group.id}`}>
      <header class="card-head">
        <div>
          <h3 id={`group-${group.id}`}>{group.id}</h3>
          <p class="quiet">{group.drives.join(' · ')}</p>
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
          <GroupButtons group={group} permissions={permissions} />
          <GroupMoveForm
            group={group}
            permission={permissions.move}
            onAccepted={(command) => (lastMove.value = command)}
          />
          <LastMove group={group.id} command={lastMove.value} />
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
