import { followStream } from '../api/live-stream.ts';
import type { PageProblem } from '../api/page-problem.ts';
import type { PageClock } from '../clock.ts';
import { hearEvents, losePositions } from './hearing.ts';
import { refreshPrograms, type AsksPrograms } from './programs.ts';
import type { Store } from './store.ts';

const paused: PageProblem = {
  title: 'Paused while the page was not looked at',
  detail: 'It connects again by itself.',
  remedy: null,
};

interface Parts {
  readonly store: Store;
  readonly clock: PageClock;
  readonly orchestrator: AsksPrograms;
}

const PROGRAMS_EVERY_MS = 10_000;

/** Keeps the store fed from the server's stream until the answer is called. */
export function startFeed({ store, clock, orchestrator }: Parts): () => void {
  let lastHeardMs = clock.now();
  const lose = (problem: PageProblem): void => {
    losePositions(store, clock.now());
    store.connection.value = { kind: 'lost', sinceMs: lastHeardMs, problem };
  };
  const refresh = (): void => void refreshPrograms(store, orchestrator);
  const endRefreshing = clock.every(PROGRAMS_EVERY_MS, refresh);
  const end = followStream('v1/stream', {
    fetch: (url, init) => fetch(url, init),
    clock,
    listener: {
      onOpen: () => {
        store.connection.value = { kind: 'live' };
        refresh();
      },
      onEvents: (events) => {
        lastHeardMs = clock.now();
        hearEvents(store, events, lastHeardMs);
      },
      onLost: lose,
    },
  });
  return () => {
    end();
    endRefreshing();
    lose(paused);
  };
}
