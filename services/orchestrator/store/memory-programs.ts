import type { ProgramStore, RunStore, StoredProgram, StoredRun } from './program-store.ts';

/** Programs and runs for as long as the process lives: for tests, and for a site that keeps nothing. */
export function createMemoryPrograms(): { readonly programs: ProgramStore; readonly runs: RunStore } {
  return { programs: memoryPrograms(), runs: memoryRuns() };
}

function memoryPrograms(): ProgramStore {
  const versions = new Map<string, StoredProgram[]>();
  const removed = new Set<string>();
  const newest = (id: string): StoredProgram | null => (removed.has(id) ? null : (versions.get(id)?.at(-1) ?? null));
  return {
    list: async () => [...versions.keys()].toSorted().flatMap((id) => newest(id) ?? []),
    async read(id, version) {
      if (version === undefined) return newest(id);
      return versions.get(id)?.find((program) => program.version === version) ?? null;
    },
    async save(program) {
      const before = versions.get(program.id) ?? [];
      const saved = { ...program, version: before.length + 1 };
      versions.set(program.id, [...before, saved]);
      removed.delete(program.id);
      return saved;
    },
    async remove(id) {
      if (newest(id) === null) return false;
      removed.add(id);
      return true;
    },
  };
}

function memoryRuns(): RunStore {
  const runs = new Map<string, StoredRun>();
  const oldestFirst = (): StoredRun[] => [...runs.values()].toSorted((a, b) => a.startedAt.localeCompare(b.startedAt));
  return {
    async save(run) {
      runs.set(run.id, run);
    },
    read: async (id) => runs.get(id) ?? null,
    unfinished: async () => oldestFirst().filter(({ isFinished }) => !isFinished),
    recent: async ({ program, limit }) =>
      oldestFirst()
        .toReversed()
        .filter((run) => program === undefined || run.program === program)
        .slice(0, limit),
  };
}
