import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A process of `peers/` that talks over IPC. */
export interface Peer {
  /** The next message for which `isWanted` says yes; rejects when the process ends first. */
  next<T>(isWanted?: (message: T) => boolean): Promise<T>;
  /** Sends a word and gives the next message. */
  ask<T>(word: string): Promise<T>;
  onMessage(hear: (message: unknown) => void): void;
  /** Lets the process end; none of them outlives its parent. */
  close(): void;
}

/** Starts `peers/NAME.ts`. Without an answer a benchmark would wait for ever, so its end is an error. */
export function startPeer(name: string, args: readonly string[]): Peer {
  const path = fileURLToPath(new URL(`peers/${name}.ts`, import.meta.url));
  const child = fork(path, args, { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });

  function next<T>(isWanted: (message: T) => boolean = () => true): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        child.off('message', hear);
        child.off('exit', end);
      };
      const hear = (message: T): void => {
        if (!isWanted(message)) return;
        settle();
        resolve(message);
      };
      const end = (code: number | null): void => {
        settle();
        reject(new Error(`peer ${name} ended (exit code ${code}) before it answered`));
      };
      child.on('message', hear);
      child.on('exit', end);
    });
  }

  return {
    next,
    ask<T>(word: string) {
      const answer = next<T>();
      child.send(word);
      return answer;
    },
    onMessage: (hear) => void child.on('message', hear),
    close: () => child.disconnect(),
  };
}
