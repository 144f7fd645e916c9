import { render } from 'preact';
import { newId } from './api/new-id.ts';
import { createOrchestrator } from './api/orchestrator.ts';
import { browserClock } from './clock.ts';
import { App } from './components/app.tsx';
import { PageContext } from './page.ts';
import { createCommander } from './store/commander.ts';
import { startFeed } from './store/feed.ts';
import { createStore } from './store/store.ts';

const TICK_MS = 500;

/** Draws the page into the element with this id and keeps it fed for as long as it is looked at. */
export function showPage(elementId: string): void {
  const place = document.getElementById(elementId);
  if (place === null) throw new Error(`The page has no element #${elementId}.`);
  const clock = browserClock;
  const store = createStore();
  const orchestrator = createOrchestrator({ fetch: (url, init) => fetch(url, init), newId });
  const commander = createCommander(store, orchestrator);
  clock.every(TICK_MS, () => (store.nowMs.value = clock.now()));
  feedWhileVisible(() => startFeed({ store, clock, orchestrator }));
  render(
    <PageContext.Provider value={{ store, commander, clock }}>
      <App />
    </PageContext.Provider>,
    place,
  );
}

/**
 * A hidden tab gives its connection back: a browser holds six to one host, and forgotten tabs must not use up the one that a
 * stop needs.
 */
function feedWhileVisible(start: () => () => void): void {
  let end: (() => void) | null = null;
  const follow = (): void => {
    if (!document.hidden) end ??= start();
    else {
      end?.();
      end = null;
    }
  };
  document.addEventListener('visibilitychange', follow);
  follow();
}
