import type { StoreState } from '../../contracts/index.ts';
import type { Listen } from '../listeners.ts';
import type { Clock } from '../time.ts';
import { openDatabase, type DatabasePlace } from './database.ts';
import type { ProgramStore, RunStore } from './program-store.ts';
import { createSqlPrograms } from './sql-programs.ts';
import { createSqlRuns } from './sql-runs.ts';
import { createSqlEventLog } from './sql-event-log.ts';
import { createSqlHistory } from './sql-history.ts';
import type { EventLog } from './event-log.ts';
import type { History } from './history.ts';
import { watchDatabase } from './watched-database.ts';

/** What the site remembers. Opening it never fails: whoever needs it is told when it is used, and a stop never uses it. */
export interface Store {
  readonly programs: ProgramStore;
  readonly runs: RunStore;
  readonly events: EventLog;
  readonly history: History;
  readonly state: () => StoreState;
  readonly onState: Listen<StoreState>;
  readonly close: () => Promise<void>;
}

export function openStore(options: { readonly place: DatabasePlace; readonly clock: Clock }): Store {
  const database = watchDatabase(openDatabase(options));
  const events = createSqlEventLog({ database, clock: options.clock });
  const history = createSqlHistory({ database, clock: options.clock });
  return {
    programs: createSqlPrograms(database),
    runs: createSqlRuns(database),
    events,
    history,
    state: database.state,
    onState: database.onState,
    async close() {
      await Promise.all([events.close(), history.close()]);
      await database.close();
    },
  };
}
