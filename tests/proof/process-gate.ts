import { sleepWith, type Cancel, type Clock } from '../../drivers/base/clock.ts';

/**
 * The border of one process: whatever goes in (timers, bytes, messages, calls) goes through here, so that the process can
 * be killed, and paused as SIGSTOP does. Paused, time goes on and its callbacks come late, all at once when it goes on;
 * killed, nothing of it ever runs again.
 */
export class ProcessGate {
  readonly clock: Clock;
  #state: 'running' | 'paused' | 'dead' = 'running';
  readonly #waiting: (() => void)[] = [];
  readonly #timers = new Set<Cancel>();

  /** @param wallOffsetMs what this machine's wall clock is ahead of the world's */
  constructor(world: Clock, wallOffsetMs: () => number) {
    const after: Clock['after'] = (delayMs, run) => this.#after(world, delayMs, run);
    this.clock = {
      nowMs: () => world.nowMs(),
      unixMs: () => world.unixMs() + wallOffsetMs(),
      after,
      sleep: sleepWith(after),
    };
  }

  get isAlive(): boolean {
    return this.#state !== 'dead';
  }

  get isRunning(): boolean {
    return this.#state === 'running';
  }

  /** Now, later when it is paused, never when it is dead. */
  enter(run: () => void): void {
    if (this.#state === 'running') run();
    else if (this.#state === 'paused') this.#waiting.push(run);
  }

  pause(): void {
    if (this.#state === 'running') this.#state = 'paused';
  }

  /** Timers that fell due meanwhile run first, then what came from outside: one turn of an event loop. */
  resume(): void {
    if (this.#state !== 'paused') return;
    this.#state = 'running';
    for (const run of this.#waiting.splice(0)) this.enter(run);
  }

  kill(): void {
    this.#state = 'dead';
    this.#waiting.length = 0;
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }

  #after(world: Clock, delayMs: number, run: () => void): Cancel {
    if (this.#state === 'dead') return () => undefined;
    let isWanted = true;
    const cancelWorld = world.after(delayMs, () => {
      this.#timers.delete(cancel);
      this.enter(() => (isWanted ? run() : undefined));
    });
    const cancel = (): void => {
      isWanted = false;
      this.#timers.delete(cancel);
      cancelWorld();
    };
    this.#timers.add(cancel);
    return cancel;
  }
}
