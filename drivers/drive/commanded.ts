import type { Signals } from '../profile/index.ts';
import type { Step } from '../schemes/index.ts';

/** What the one frame of a command says. */
export function commanded({ signal, value, also }: Extract<Step, { do: 'command' }>): Signals {
  return { ...also, [signal]: value };
}
