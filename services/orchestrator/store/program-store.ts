/** A program as it was saved. What a document must look like is not the store's business: it is checked before it comes. */
export interface StoredProgram {
  readonly id: string;
  /** Counted from 1 for each id; a saved version never changes. */
  readonly version: number;
  readonly document: JsonObject;
  readonly savedAt: string;
  /** Name of the caller's token, or null where no tokens are asked for. */
  readonly savedBy: string | null;
}

/** What JSON can carry between braces. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Programs with all their versions. Every promise rejects with StoreUnavailable when the disk does not take or give it. */
export interface ProgramStore {
  /** The newest version of each program that was not removed, by id. */
  list(): Promise<readonly StoredProgram[]>;
  /** The newest version when none is named; a removed program answers only to its version. */
  read(id: string, version?: number): Promise<StoredProgram | null>;
  /** Resolves when it is on disk. */
  save(program: Pick<StoredProgram, 'id' | 'document' | 'savedAt' | 'savedBy'>): Promise<StoredProgram>;
  /** False when there is none. Its versions stay for the runs that were made of them. */
  remove(id: string): Promise<boolean>;
}

/** A run as its engine last wrote it down. */
export interface StoredRun {
  readonly id: string;
  readonly program: string;
  readonly programVersion: number;
  /** An unfinished run found at start was interrupted: nobody is running it. */
  readonly isFinished: boolean;
  readonly startedAt: string;
  /** Status, parameters, current step, positions: the engine's own words. */
  readonly record: JsonObject;
}

/** Runs of programs. Every promise rejects with StoreUnavailable when the disk does not take or give it. */
export interface RunStore {
  /** Writes the run or replaces what was known of it; resolves when it survives a loss of power. */
  save(run: StoredRun): Promise<void>;
  read(id: string): Promise<StoredRun | null>;
  /** Oldest first. */
  unfinished(): Promise<readonly StoredRun[]>;
  /** Newest first; of one program or of all. */
  recent(asked: { readonly program?: string; readonly limit: number }): Promise<readonly StoredRun[]>;
}
