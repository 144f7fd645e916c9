import { spawn, type ChildProcess } from 'node:child_process';
import { connect } from 'node:net';
import { systemClock } from '../../../drivers/base/index.ts';
import { until } from './until.ts';

/** How one process of a site is started, each time anew. */
export interface PartCommand {
  /** "line 1", "orchestrator", "broker" */
  readonly name: string;
  readonly program: string;
  readonly arguments: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** A program of other people is ready when it listens there; ours says so itself. */
  readonly listensAt?: number;
}

const START_WITHIN_MS = 60_000;
const END_WITHIN_MS = 8000;

/** A real process that is killed, paused and started again as often as one likes. */
export class PartProcess {
  readonly name: string;
  readonly #command: PartCommand;
  #child: ChildProcess | null = null;
  #isReady = false;
  #complaints = '';

  constructor(command: PartCommand) {
    this.name = command.name;
    this.#command = command;
  }

  /** It has said that it is ready, and lives. */
  isReady = (): boolean => this.#isReady;
  /** What it wrote for people, all its lives together. */
  complaints = (): string => this.#complaints;

  /** Resolves when it is ready. */
  async start(): Promise<void> {
    const { program, arguments: words, environment, listensAt } = this.#command;
    const child = spawn(program, words, {
      stdio: listensAt === undefined ? ['ignore', 'ignore', 'pipe', 'ipc'] : ['ignore', 'ignore', 'pipe'],
      // Ctrl-C is for whoever runs them
      detached: true,
      env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin`, ...environment },
    });
    this.#child = child;
    let isSaid = false;
    child.stderr?.on('data', (chunk: Buffer) => (this.#complaints += chunk.toString()));
    child.on('message', (message) => (isSaid ||= (message as { kind?: string }).kind === 'ready'));
    child.on('error', (error) => (this.#complaints += error.message));
    const isUp = async (): Promise<boolean> => {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`${this.name} ended before it was ready:\n${this.#complaints}`);
      return listensAt === undefined ? isSaid : isListening(listensAt);
    };
    await until(isUp, { what: `${this.name} to be ready`, withinMs: START_WITHIN_MS, everyMs: 10 });
    this.#isReady = true;
  }

  /** kill -9; resolves when it is gone. */
  async kill(): Promise<void> {
    this.#isReady = false;
    const gone = this.#gone();
    this.#child?.kill('SIGKILL');
    await gone;
  }

  /** SIGSTOP, and SIGCONT after `ms`. */
  async pause(ms: number): Promise<void> {
    this.signal('SIGSTOP');
    await systemClock.sleep(ms);
    this.signal('SIGCONT');
  }

  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child?.kill(name);
  }

  /** In order; by force when that takes too long. */
  async stop(): Promise<void> {
    this.#isReady = false;
    const gone = this.#gone();
    const child = this.#child;
    child?.kill('SIGTERM');
    const cancel = systemClock.after(END_WITHIN_MS, () => void child?.kill('SIGKILL'));
    await gone;
    cancel();
  }

  async #gone(): Promise<void> {
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    await new Promise<void>((resolve) => child.once('exit', () => resolve()));
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => (socket.destroy(), resolve(true)));
    socket.once('error', () => resolve(false));
  });
}
