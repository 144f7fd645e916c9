import { effect } from '@preact/signals';
import type { DriveStateMessage } from '../../../contracts/index.ts';
import type { PageClock } from '../clock.ts';
import { wavePlan } from '../view/wave-plan.ts';
import type { Commander } from './commander.ts';
import type { GroupEntry, Store } from './store.ts';

interface Parts {
  readonly store: Store;
  readonly commander: Commander;
  readonly clock: PageClock;
}

const STEP_WITHIN_MS = 60_000;

/**
 * Enables, homes and moves the drives of a group up and down. Only ever offered where every line is simulated. A step
 * begins when every member is seen to have done the one before; a stop, a fault or lost sight of a member ends it.
 */
export async function wave(group: GroupEntry, { store, commander, clock }: Parts): Promise<void> {
  const descriptions = group.drives.flatMap((id) => store.drive(id).description.value ?? []);
  if (descriptions.length !== group.drives.length) return;
  for (const step of wavePlan(descriptions)) {
    const members = membersOf(store, group);
    if (members?.every(step.isDone) === true) continue;
    if ((await commander.group(group.id, step.command, step.parameters)) === null) return;
    if (!(await everyMember(group, step.isDone, { store, clock }))) return;
  }
}

/** Resolves true when every member fulfils it; false when that can no longer be. */
function everyMember(
  group: GroupEntry,
  isDone: (member: DriveStateMessage) => boolean,
  { store, clock }: Pick<Parts, 'store' | 'clock'>,
): Promise<boolean> {
  return new Promise((resolve) => {
    const end = new AbortController();
    const finish = (isWell: boolean): void => {
      resolve(isWell);
      end.abort();
    };
    const cancel = clock.after(STEP_WITHIN_MS, () => finish(false));
    const dispose = effect(() => {
      const members = membersOf(store, group);
      if (members === null || store.stop.value.kind === 'asked') finish(false);
      else if (members.every(isDone)) finish(true);
    });
    const cleanUp = (): void => {
      cancel();
      dispose();
    };
    if (end.signal.aborted) cleanUp();
    else end.signal.addEventListener('abort', cleanUp, { once: true });
  });
}

/** The members' states, or null when one is out of sight, latched or at fault: then nothing further is commanded. */
function membersOf(store: Store, group: GroupEntry): readonly DriveStateMessage[] | null {
  const members = group.drives.flatMap((id) => {
    const message = store.drive(id).heard.value?.message;
    return message === undefined || store.freshness(id).kind !== 'live' ? [] : [message];
  });
  const isWell = members.every((member) => !member.stopLatched && member.state !== 'errorStop');
  return isWell && members.length === group.drives.length ? members : null;
}
