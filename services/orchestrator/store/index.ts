// What a site remembers: programs and their runs, who did what, how the axes moved. One libSQL database, a file by default or
// a server by URL, behind a process of its own. It refuses to know what a program means, and nothing that moves or stops an
// axis waits for it.
export { openStore, type Store } from './open-store.ts';
export { createMemoryPrograms } from './memory-programs.ts';
export { StoreUnavailable } from './store-unavailable.ts';
export type { DatabasePlace } from './database.ts';
export type { ProgramStore, RunStore, StoredProgram, StoredRun } from './program-store.ts';
export { auditStore, backUpStore, restoreStore } from './backup.ts';
export type { EventLog, SiteEvent } from './event-log.ts';
export type { HistoryAnswer, HistoryQuestion } from './history.ts';
export type { Sample } from './channels.ts';
