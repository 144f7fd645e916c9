import type { JSX } from 'preact';
import type { DriveDescription, DriveStateMessage } from '../../../contracts/index.ts';
import { usePage } from '../page.ts';
import type { Permission } from '../view/permissions.ts';
import { CommandButton } from './command-button.tsx';

interface Props {
  readonly id: string;
  readonly message: DriveStateMessage | null;
  readonly description: DriveDescription | null;
  readonly reset: Permission;
}

/** What is wrong with a drive and what to do about it; nothing when nothing is. */
export function FaultPanel({ id, message, description, reset }: Props): JSX.Element | null {
  const { commander } = usePage();
  const fault = message?.fault ?? null;
  if (fault === null) return typeof description?.refused === 'string' ? <Refused why={description.refused} /> : null;
  return (
    <div class="fault">
      <div>
        <strong>{fault.text}</strong>
        <span class="fault-code">{fault.code}</span>
        {fault.remedy !== null && <p>{fault.remedy}</p>}
      </div>
      <CommandButton permission={reset} onPress={() => void commander.drive(id, 'reset')}>
        Reset
      </CommandButton>
    </div>
  );
}

function Refused({ why }: { readonly why: string }): JSX.Element {
  return (
    <div class="fault">
      <div>
        <strong>This drive must not be moved</strong>
        <p>{why}</p>
      </div>
    </div>
  );
}
