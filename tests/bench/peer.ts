import { fork } from 'node:child_process';
import { buildPeer } from './build-peer.ts';

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
export async function startPeer(name: string, args: readonly string[]): Promise<Peer> {
  const program = await buildPeer(name);
  const child = fork(program, args, { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });

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
