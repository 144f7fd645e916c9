import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { usePage } from '../page.ts';
import type { GroupEntry, Store } from '../store/store.ts';
import { wave } from '../store/wave.ts';
import { nextStep, type StepName } from '../view/first-steps.ts';

const SEEN = 'kmotion.try-it';
const road: readonly StepName[] = ['enable', 'home', 'move'];

/** A newcomer's first minute, on simulated drives only; goes away for good when closed. */
export function TryIt(): JSX.Element | null {
  const { store } = usePage();
  const isClosed = useSignal(localStorage.getItem(SEEN) !== null);
  const group = store.groups.value[0];
  if (isClosed.value || store.site.value?.simulated !== true || group === undefined) return null;
  const close = (): void => {
    localStorage.setItem(SEEN, 'closed');
    isClosed.value = true;
  };
  return <FirstMinute group={group} onClose={close} />;
}

interface Props {
  readonly group: GroupEntry;
  readonly onClose: () => void;
}

function FirstMinute({ group, onClose }: Props): JSX.Element {
  const page = usePage();
  const isRunning = useSignal(false);
  const step = stepOf(page.store, group);
  const run = async (): Promise<void> => {
    isRunning.value = true;
    await wave(group, page);
    isRunning.value = false;
  };
  const isBlocked = step === 'release' || step === 'reset' || step === null;
  return (
    <aside class="try-it" aria-label="Try it">
      <strong>Try it</strong>
      <ol>
        {road.map((name) => (
          <li key={name} class={placeClass(name, step)} aria-current={name === step ? 'step' : undefined}>
            {name}
          </li>
        ))}
      </ol>
      <p class="quiet">{hint(step, group.id)}</p>
      <button
        type="button"
        class="button button-main"
        aria-disabled={isRunning.value || isBlocked}
        title={isBlocked ? hint(step, group.id) : `Moves ${group.drives.join(' and ')}; they are simulated`}
        onClick={() => !isRunning.value && !isBlocked && void run()}
      >
        {isRunning.value ? 'Waving …' : 'Enable, home and wave'}
      </button>
      <button type="button" class="button button-plain" onClick={onClose}>
        Close
      </button>
    </aside>
  );
}

function stepOf(store: Store, group: GroupEntry): StepName | null {
  const members = group.drives.flatMap((id) => store.drive(id).heard.value?.message ?? []);
  const isLive = group.drives.every((id) => store.freshness(id).kind === 'live');
  return isLive && members.length === group.drives.length ? nextStep(members) : null;
}

function placeClass(name: StepName, step: StepName | null): string {
  const isPast = step !== null && road.indexOf(name) < road.indexOf(step);
  return isPast ? 'is-done' : name === step ? 'is-next' : '';
}

const hints: Record<StepName, (group: string) => string> = {
  reset: (group) => `${group} has a fault: reset it in its card.`,
  release: (group) => `${group} is stopped and latched: release it in its card.`,
  enable: (group) => `Switch the motors of ${group} on, find zero, then move. All simulated.`,
  home: (group) => `${group} is on. Let it find its zero.`,
  move: (group) => `${group} is ready: type a target, or let it wave.`,
};

function hint(step: StepName | null, group: string): string {
  return step === null ? `Waiting for ${group}.` : hints[step](group);
}
