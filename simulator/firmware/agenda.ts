import type { Cancel } from '../../drivers/base/index.ts';

/** What a drive will do later without being told again. */
export interface Agenda {
  add(atMs: number, run: (atMs: number) => void): Cancel;
  /** Of the next entry; Infinity without any. */
  dueMs(): number;
  /** Does what is due, in order. */
  run(nowMs: number): void;
  clear(): void;
}

interface Entry {
  readonly atMs: number;
  readonly run: (atMs: number) => void;
}

export function createAgenda(): Agenda {
  let entries: Entry[] = [];
  let dueMs = Infinity;

  function settle(next: Entry[]): void {
    entries = next;
    dueMs = Math.min(Infinity, ...entries.map(({ atMs }) => atMs));
  }
  return {
    add(atMs, run) {
      const entry = { atMs, run };
      settle([...entries, entry]);
      return () => settle(entries.filter((other) => other !== entry));
    },
    dueMs: () => dueMs,
    run(nowMs) {
      const due = entries.filter(({ atMs }) => atMs <= nowMs).toSorted((a, b) => a.atMs - b.atMs);
      settle(entries.filter((entry) => !due.includes(entry)));
      for (const entry of due) entry.run(nowMs);
    },
    clear: () => settle([]),
  };
}
