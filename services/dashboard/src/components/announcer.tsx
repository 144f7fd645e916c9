import { computed, effect, signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { usePage } from '../page.ts';
import { axisWord } from '../view/axis-word.ts';

/** Tells a screen reader each change of a drive's state in words; unseen. */
export function Announcer(): JSX.Element {
  const { store } = usePage();
  const said = useMemo(() => signal(''), []);
  useEffect(() => {
    const words = computed(() =>
      store.driveIds.value.map(
        (id) => [id, axisWord(store.drive(id).heard.value?.message ?? null, store.freshness(id)).word] as const,
      ),
    );
    let before = new Map<string, string>();
    return effect(() => {
      const now = new Map(words.value);
      const changes = [...now].filter(([id, word]) => before.has(id) && before.get(id) !== word);
      before = now;
      if (changes.length > 0) said.value = changes.map(([id, word]) => `${id}: ${word}`).join('; ');
    });
  }, [store, said]);
  return (
    <div class="unseen" aria-live="polite">
      {said.value}
    </div>
  );
}
