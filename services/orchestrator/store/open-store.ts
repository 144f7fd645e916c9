import type { Listen } from '../listeners.ts';
import type { Clock } from '../time.ts';
import { openDatabase, type DatabasePlace } from './database.ts';
import type { ProgramStore, RunStore } from './program-store.ts';
import { createSqlPrograms } from './sql-programs.ts';
import { createSqlRuns } from './sql-runs.ts';
import { watchDatabase, type StoreState } from './watched-database.ts';

/** What the site remembers. Opening it never fails: whoever needs it is told when it is used, and a stop never uses it. */
export interface Store {
  readonly programs: ProgramStore;
  readonly runs: RunStore;
  readonly state: () => StoreState;
  readonly onState: Listen<StoreState>;
  readonly close: () => Promise<void>;
}

export function openStore(options: { readonly place: DatabasePlace; readonly clock: Clock }): Store {
  const database = watchDatabase(openDatabase(options));
  return {
    programs: createSqlPrograms(database),
    runs: createSqlRuns(database),
    state: database.state,
    onState: database.onState,
    close: database.close,
  };
}
