import type { JSX } from 'preact';
import { usePage } from '../page.ts';
import type { GroupEntry } from '../store/store.ts';
import type { Action, Permission } from '../view/permissions.ts';
import { CommandButton } from './command-button.tsx';

interface Props {
  readonly group: GroupEntry;
  /** Every member is. */
  readonly isEnabled: boolean;
  readonly permissions: Record<Action, Permission>;
}

type Kind = 'plain' | 'main' | 'stop';

export function GroupButtons({ group, isEnabled, permissions }: Props): JSX.Element {
  const { commander } = usePage();
  const button = (command: Exclude<Action, 'move'>, text: string, kind: Kind = 'plain'): JSX.Element => (
    <CommandButton
      kind={kind}
      permission={permissions[command]}
      label={`${text} group ${group.id}`}
      onPress={() => void commander.group(group.id, command)}
    >
      {text}
    </CommandButton>
  );
  return (
    <div class="buttons" role="group" aria-label={`Commands of group ${group.id}`}>
      {isEnabled ? button('disable', 'Disable') : button('enable', 'Enable', 'main')}
      {button('home', 'Home')}
      {permissions.release.allowed && button('release', 'Release', 'main')}
      {permissions.reset.allowed && button('reset', 'Reset', 'main')}
      {!permissions.release.allowed && !permissions.reset.allowed && button('halt', 'Halt')}
      {button('stop', 'Stop', 'stop')}
    </div>
  );
}
