import type { DriveDescription, SiteMessage } from '../../../contracts/index.ts';
import { followStream } from '../api/live-stream.ts';
import type { Orchestrator } from '../api/orchestrator.ts';
import type { PageClock } from '../clock.ts';
import { hearDescription, hearEvents, hearSite, losePositions } from './hearing.ts';
import type { Store } from './store.ts';

interface Parts {
  readonly store: Store;
  readonly orchestrator: Orchestrator;
  readonly clock: PageClock;
}

/** Keeps the store fed from the server's stream until the answer is called. */
export function startFeed({ store, orchestrator, clock }: Parts): () => void {
  let lastHeardMs = clock.now();
  const lose = (why: string, remedy: string | null): void => {
    losePositions(store, clock.now());
    store.connection.value = { kind: 'lost', sinceMs: lastHeardMs, why, remedy };
  };
  const end = followStream('v1/stream', {
    fetch: (url, init) => fetch(url, init),
    clock,
    listener: {
      onOpen: () => {
        store.connection.value = { kind: 'live' };
        void readOnce({ store, orchestrator, clock });
      },
      onEvents: (events) => {
        lastHeardMs = clock.now();
        hearEvents(store, events, lastHeardMs);
      },
      onLost: ({ title, remedy }) => lose(title, remedy),
    },
  });
  return () => {
    end();
    lose('Paused while the page was not looked at', null);
  };
}

/** What changes seldom is read when a connection opens. */
async function readOnce({ store, orchestrator }: Parts): Promise<void> {
  const [site, drives] = await Promise.all([
    orchestrator.get<SiteMessage>('v1/site'),
    orchestrator.get<{ readonly drives: readonly DriveDescription[] }>('v1/drives'),
  ]);
  if (site.ok) hearSite(store, site.value);
  if (drives.ok) for (const description of drives.value.drives) hearDescription(store, description);
}
