import type { StoreState } from '../../contracts/index.ts';
import { createListeners, type Listen } from '../listeners.ts';
import type { Database } from './database.ts';
import { migrate } from './migrations.ts';
import { StoreUnavailable } from './store-unavailable.ts';

/** `ok` until something fails; then why, until it works again. */
export interface WatchedDatabase extends Database {
  readonly state: () => StoreState;
  readonly onState: Listen<StoreState>;
}

const OK: StoreState = { state: 'ok', reason: null };

/** Migrates before the first question, and keeps in mind how the last ones went. */
export function watchDatabase(database: Database): WatchedDatabase {
  const listeners = createListeners<StoreState>();
  let state = OK;
  let migrated: Promise<void> | null = null;

  const enter = (next: StoreState): void => {
    if (next.state === state.state && next.reason === state.reason) return;
    state = next;
    listeners.tell(next);
  };
  /** A full disk can still be read: only a write proves that there is room again. */
  const watched = async <T>(ask: () => Promise<T>, isProof: () => boolean): Promise<T> => {
    try {
      migrated ??= migrate(database);
      await migrated;
      const answer = await ask();
      if (isProof()) enter(OK);
      return answer;
    } catch (error) {
      const isMigrated = await migrated?.then(
        () => true,
        () => false,
      );
      if (isMigrated !== true) migrated = null;
      if (error instanceof StoreUnavailable) enter({ state: error.trouble, reason: error.message });
      throw error;
    }
  };
  return {
    write: (statements) =>
      watched(
        () => database.write(statements),
        () => true,
      ),
    read: (statement) =>
      watched(
        () => database.read(statement),
        () => state.state !== 'full',
      ),
    close: () => database.close(),
    state: () => state,
    onState: listeners.listen,
  };
}
