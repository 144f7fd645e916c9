import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { DriveDescription } from '../../../contracts/index.ts';
import { usePage } from '../page.ts';
import { axisWord } from '../view/axis-word.ts';
import { permissionsOf } from '../view/permissions.ts';
import { DriveButtons } from './drive-buttons.tsx';
import { DriveChips } from './drive-chips.tsx';
import { FaultPanel } from './fault-panel.tsx';
import { MoveForm } from './move-form.tsx';
import { Reading } from './reading.tsx';
import { StateBadge } from './state-badge.tsx';

export function DriveCard({ id }: { readonly id: string }): JSX.Element {
  const { store } = usePage();
  const entry = store.drive(id);
  const message = entry.heard.value?.message ?? null;
  const description = entry.description.value;
  const freshness = store.freshness(id);
  const permissions = permissionsOf({ message, description, freshness });
  const draft = useSignal('');
  return (
    <article class={freshness.kind === 'live' ? 'card drive' : 'card drive is-old'} aria-labelledby={`drive-${id}`}>
      <header class="card-head">
        <div>
          <h2 id={`drive-${id}`}>{id}</h2>
          <p class="quiet">{placeText(description)}</p>
        </div>
        <StateBadge {...axisWord(message, freshness)} />
      </header>
      {freshness.kind !== 'live' && <p class="doubt">Not live: {freshness.why}</p>}
      <FaultPanel id={id} message={message} description={description} reset={permissions.reset} />
      <Reading entry={entry} draft={draft} />
      <DriveChips message={message} axis={description?.axis} />
      <DriveButtons id={id} message={message} permissions={permissions} />
      {description !== null && (
        <MoveForm id={id} axis={description.axis} message={message} permission={permissions.move} draft={draft} />
      )}
    </article>
  );
}

function placeText(description: DriveDescription | null): string {
  if (description === null) return 'no description yet';
  return `line ${description.line} · unit ${description.unit} · ${description.profile.title}`;
}
