import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { PageClock } from './clock.ts';
import type { Commander } from './store/commander.ts';
import type { Store } from './store/store.ts';

/** What every part of the page may use. */
export interface Page {
  readonly store: Store;
  readonly commander: Commander;
  readonly clock: PageClock;
}

export const PageContext = createContext<Page | null>(null);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (page === null) throw new Error('A component was drawn outside the page.');
  return page;
}
