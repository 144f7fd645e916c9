import type { JSX } from 'preact';
import type { DriveStateMessage } from '../../../contracts/index.ts';
import { usePage } from '../page.ts';
import type { Action, Permission } from '../view/permissions.ts';
import { CommandButton } from './command-button.tsx';

interface Props {
  readonly id: string;
  readonly message: DriveStateMessage | null;
  readonly permissions: Record<Action, Permission>;
}

export function DriveButtons({ id, message, permissions }: Props): JSX.Element {
  const { commander } = usePage();
  const button = (
    command: Exclude<Action, 'move'>,
    text: string,
    kind: 'plain' | 'main' | 'stop' = 'plain',
  ): JSX.Element => (
    <CommandButton
      kind={kind}
      permission={permissions[command]}
      label={`${text} ${id}`}
      onPress={() => void commander.drive(id, command)}
    >
      {text}
    </CommandButton>
  );
  return (
    <div class="buttons" role="group" aria-label={`Commands of ${id}`}>
      {message?.enabled === true ? button('disable', 'Disable') : button('enable', 'Enable', 'main')}
      {button('home', 'Home')}
      {message?.stopLatched === true ? button('release', 'Release', 'main') : button('halt', 'Halt')}
      {button('stop', 'Stop', 'stop')}
    </div>
  );
}
