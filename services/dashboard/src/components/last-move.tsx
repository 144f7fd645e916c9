import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { GroupCommandResource } from '../../../contracts/index.ts';
import { usePage } from '../page.ts';
import { moveSummary } from '../view/move-summary.ts';

const ASK_EVERY_MS = 400;

interface Props {
  readonly group: string;
  /** Id of the last accepted move. */
  readonly command: string | null;
}

/** How the last move of a group went: planned time, and how closely together its members started. */
export function LastMove({ group, command }: Props): JSX.Element | null {
  const { commander, clock } = usePage();
  const move = useSignal<GroupCommandResource | null>(null);
  useEffect(() => {
    if (command === null) return undefined;
    const ask = async (): Promise<void> => {
      const answer = await commander.readGroupCommand(group, command);
      move.value = answer ?? move.value;
      if (answer === null || answer.endedAt !== null) end();
    };
    const end = clock.every(ASK_EVERY_MS, () => void ask());
    return end;
  }, [group, command, clock, commander, move]);
  return move.value === null ? null : <p class="quiet last-move">{moveSummary(move.value)}</p>;
}
