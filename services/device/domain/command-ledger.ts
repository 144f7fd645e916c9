/** Remembers outcomes by the client's id, so that a command that comes twice moves once. */
export interface CommandLedger<T> {
  find(id: string, fingerprint: string): { readonly known: T } | 'new' | 'other-body';
  get(id: string): T | null;
  add(id: string, fingerprint: string, entry: T): void;
}

interface Kept<T> {
  readonly fingerprint: string;
  readonly entry: T;
}

/**
 * @param capacity how many are kept; the oldest that may go makes room
 * @param mayForget entries that have not ended are never forgotten
 */
export function createCommandLedger<T>(capacity: number, mayForget: (entry: T) => boolean): CommandLedger<T> {
  const kept = new Map<string, Kept<T>>();

  function makeRoom(): void {
    if (kept.size < capacity) return;
    for (const [id, { entry }] of kept) {
      if (!mayForget(entry)) continue;
      kept.delete(id);
      return;
    }
  }

  return {
    find(id, fingerprint) {
      const found = kept.get(id);
      if (found === undefined) return 'new';
      return found.fingerprint === fingerprint ? { known: found.entry } : 'other-body';
    },
    get: (id) => kept.get(id)?.entry ?? null,
    add(id, fingerprint, entry) {
      makeRoom();
      kept.set(id, { fingerprint, entry });
    },
  };
}

/** The same for bodies that say the same, whatever the order of their fields. */
export function fingerprintOf(command: string, body: Readonly<Record<string, unknown>>): string {
  const fields = Object.entries(body).filter(([, value]) => value !== undefined);
  return JSON.stringify([command, fields.toSorted(([a], [b]) => (a < b ? -1 : 1))]);
}
