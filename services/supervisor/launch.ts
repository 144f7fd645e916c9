import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Facts, Launch } from './part.ts';

/** The way from the supervisor to `kmotion` again: [node, main.js]. */
export interface Program {
  readonly executable: string;
  readonly leading: readonly string[];
}

/**
 * Starts parts as processes. Each leads a process group of its own, so that Ctrl-C in the terminal reaches only the
 * supervisor, which then stops them in order; each holds an IPC channel, whose end tells it that the supervisor is gone,
 * even by kill -9.
 */
export function processLauncher(program: Program, environment: NodeJS.ProcessEnv): Launch {
  return (part, listener) => {
    const child = spawn(program.executable, [...program.leading, ...part.command], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      detached: true,
      env: { ...environment, ...part.environment, KMOTION_SUPERVISED: '1' },
    });
    let hasEnded = false;
    const end = (how: string): void => {
      if (!hasEnded) listener.ended(how);
      hasEnded = true;
    };
    child.on('message', (message) => {
      const facts = readyFacts(message);
      if (facts !== null) listener.ready(facts);
    });
    child.on('error', (error) => end(error.message));
    child.on('exit', (code, signal) => end(signal ?? `exit code ${code ?? constants.errno.EIO}`));
    return { kill: (signal) => void child.kill(signal) };
  };
}

function readyFacts(message: unknown): Facts | null {
  const isReady = typeof message === 'object' && message !== null && 'kind' in message && message.kind === 'ready';
  return isReady ? { ...message } : null;
}
