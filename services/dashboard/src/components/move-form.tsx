import type { Signal } from '@preact/signals';
import type { JSX } from 'preact';
import type { DriveDescription, DriveStateMessage } from '../../../contracts/index.ts';
import { usePage } from '../page.ts';
import type { Permission } from '../view/permissions.ts';
import { plainNumber } from '../view/quantity.ts';
import { stepSizes } from '../view/step-sizes.ts';
import { readTarget } from '../view/target-text.ts';
import { CommandButton } from './command-button.tsx';
import { TargetField } from './target-field.tsx';

interface Props {
  readonly id: string;
  readonly axis: DriveDescription['axis'];
  readonly message: DriveStateMessage | null;
  readonly permission: Permission;
  readonly draft: Signal<string>;
}

export function MoveForm({ id, axis, message, permission, draft }: Props): JSX.Element {
  const { commander } = usePage();
  const target = readTarget(draft.value, axis.range, axis.unit);
  const mayMove: Permission =
    !permission.allowed || target.ok ? permission : { allowed: false, because: target.because };
  const move = (): void => {
    if (target.ok && mayMove.allowed) void commander.drive(id, 'move-absolute', { position: target.value });
  };
  const [small, large] = stepSizes(axis.range);
  return (
    <form
      class="move"
      onSubmit={(event) => {
        event.preventDefault();
        move();
      }}
    >
      <div class="steps" role="group" aria-label={`Steps of ${id}`}>
        {[-large, -small, small, large].map((distance) => (
          <CommandButton
            key={distance}
            permission={stepPermission(permission, axis.range, (message?.position ?? 0) + distance)}
            label={`Move ${id} by ${plainNumber(distance)} ${axis.unit}`}
            onPress={() => void commander.drive(id, 'move-relative', { distance })}
          >
            {distance > 0 ? '+' : ''}
            {plainNumber(distance)}
          </CommandButton>
        ))}
      </div>
      <TargetField label={`Target of ${id}`} axis={axis} draft={draft} />
      <CommandButton kind="main" permission={mayMove} label={`Move ${id}`} onPress={move}>
        Move
      </CommandButton>
    </form>
  );
}

function stepPermission(permission: Permission, range: readonly [number, number], position: number): Permission {
  if (!permission.allowed) return permission;
  const isInside = position >= range[0] && position <= range[1];
  return isInside ? permission : { allowed: false, because: 'That would leave the range' };
}
