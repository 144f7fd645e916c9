import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { usePage } from '../page.ts';

/**
 * Always there, always pressable. Black on light or white on dark, as IEC 60204-1 prefers for a stop actuator; nothing that
 * could be taken for an emergency stop device, which no program is.
 */
export function StopAll(): JSX.Element {
  const { store, commander } = usePage();
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (!isStopKey(event)) return;
      event.preventDefault();
      void commander.stopAll();
    };
    window.addEventListener('keydown', onKey, { capture: true });
    return () => window.removeEventListener('keydown', onKey, { capture: true });
  }, [commander]);
  const isAsked = store.stop.value.kind === 'asked';
  return (
    <button
      type="button"
      class="stop-all"
      title="Stops every axis and latches it. Keys: Escape or Shift+S"
      aria-keyshortcuts="Escape Shift+S"
      onClick={() => void commander.stopAll()}
    >
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <rect x="2" y="2" width="12" height="12" rx="1.5" fill="currentColor" />
      </svg>
      <span>{isAsked ? 'Stopping …' : 'Stop all'}</span>
      <kbd>Esc</kbd>
    </button>
  );
}

function isStopKey(event: KeyboardEvent): boolean {
  if (event.repeat || event.ctrlKey || event.altKey || event.metaKey) return false;
  return event.key === 'Escape' || (event.shiftKey && event.code === 'KeyS');
}
