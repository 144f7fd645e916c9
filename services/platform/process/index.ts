// The life of a process: its log, its start, its orderly end, and the one sentence it leaves when it cannot start.
// It refuses to know what the process does.
export { createLogger, prettyLine, type Logger } from './logger.ts';
export { StartError } from './start-error.ts';
export { runProcess, type StartContext } from './run-process.ts';
