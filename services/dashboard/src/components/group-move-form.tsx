import { type Signal, signal, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { DriveDescription } from '../../../contracts/index.ts';
import { usePage } from '../page.ts';
import type { GroupEntry } from '../store/store.ts';
import { commonRange } from '../view/common-range.ts';
import { readGroupTargets } from '../view/group-targets.ts';
import type { Permission } from '../view/permissions.ts';
import { CommandButton } from './command-button.tsx';
import { TargetField } from './target-field.tsx';

interface Props {
  readonly group: GroupEntry;
  readonly permission: Permission;
}

/** One target for all members where they share a unit, or one for each. */
export function GroupMoveForm({ group, permission }: Props): JSX.Element {
  const { store, commander } = usePage();
  const axes = group.drives.flatMap((id) => {
    const axis = store.drive(id).description.value?.axis;
    return axis === undefined ? [] : [{ id, axis }];
  });
  const common = commonRange(axes.map(({ axis }) => axis));
  const wantsEach = useSignal(false);
  const isEach = wantsEach.value || common === null;
  const one = useSignal('');
  const each = useMemo(() => new Map(group.drives.map((id) => [id, signal('')])), [group.drives]);
  const drafts =
    isEach || common === null
      ? axes.map(({ id, axis }) => ({ id, axis, text: each.get(id)?.value ?? '' }))
      : axes.map(({ id }) => ({ id, axis: common, text: one.value }));
  const targets = readGroupTargets(drafts);
  const may: Permission = !permission.allowed || targets.ok ? permission : { allowed: false, because: targets.because };
  const move = (): void => {
    if (targets.ok && may.allowed) void commander.group(group.id, 'move', { targets: targets.value });
  };
  return (
    <form
      class="group-move"
      onSubmit={(event) => {
        event.preventDefault();
        move();
      }}
    >
      {isEach || common === null ? (
        <EachField axes={axes} drafts={each} />
      ) : (
        <TargetField label={`Target of all of ${group.id}`} axis={common} draft={one} />
      )}
      <CommandButton kind="main" permission={may} label={`Move group ${group.id}`} onPress={move}>
        Move together
      </CommandButton>
      {common !== null && (
        <label class="check">
          <input type="checkbox" checked={isEach} onChange={() => (wantsEach.value = !wantsEach.value)} />
          own target for each
        </label>
      )}
    </form>
  );
}

interface EachProps {
  readonly axes: readonly { readonly id: string; readonly axis: DriveDescription['axis'] }[];
  readonly drafts: ReadonlyMap<string, Signal<string>>;
}

function EachField({ axes, drafts }: EachProps): JSX.Element {
  return (
    <div class="each">
      {axes.map(({ id, axis }) => {
        const draft = drafts.get(id);
        return draft === undefined ? null : (
          <div key={id} class="each-member">
            <span class="quiet" aria-hidden="true">
              {id}
            </span>
            <TargetField label={`Target of ${id}`} axis={axis} draft={draft} />
          </div>
        );
      })}
    </div>
  );
}
