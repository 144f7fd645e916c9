import type { Clock } from '../../drivers/base/index.ts';
import { sleepWith } from '../../drivers/base/clock.ts';
import { DeviceUnreachable, type ConnectDevice, type DeviceClient } from '../../services/orchestrator/index.ts';

/** The machine on which an orchestrator runs, on virtual time: it can be paused, run at another rate, and lose its way to a line. */
export interface MachineOfOrchestrator {
  readonly clock: Clock;
  /** Lines whose processes it does not reach. */
  readonly cutOff: Set<string>;
  readonly through: (connect: ConnectDevice) => ConnectDevice;
  /** As SIGSTOP: nothing of it goes on; what it had sent was sent. Time passes. */
  pause(): void;
  /** As SIGCONT: everything that was due happens now. */
  resume(): void;
}

/** As long as the REST client waits for an answer. */
const PATIENCE_MS = 500;

/** @param rate how much faster than true time its clocks run */
export function machineOfOrchestrator(time: Clock, rate = 1): MachineOfOrchestrator {
  let isPaused = false;
  const due: (() => void)[] = [];
  const cutOff = new Set<string>();
  const whenRunning = (run: () => void): void => {
    if (isPaused) due.push(run);
    else run();
  };
  const running = (): Promise<void> => new Promise((resolve) => whenRunning(resolve));
  const after: Clock['after'] = (delayMs, run) => {
    let isWanted = true;
    const fire = (): void => (isWanted ? run() : undefined);
    const cancel = time.after(delayMs / rate, () => whenRunning(fire));
    return () => {
      isWanted = false;
      cancel();
    };
  };

  function across<T extends unknown[], R>(line: string, ask: (...asked: T) => Promise<R>): (...asked: T) => Promise<R> {
    return async (...asked) => {
      await running();
      if (cutOff.has(line)) {
        await time.sleep(PATIENCE_MS);
        throw new DeviceUnreachable(`${line} is cut off`, 'no');
      }
      try {
        return await ask(...asked);
      } finally {
        await running();
      }
    };
  }

  return {
    cutOff,
    clock: { nowMs: () => time.nowMs() * rate, unixMs: () => time.unixMs(), after, sleep: sleepWith(after) },
    pause: () => void (isPaused = true),
    resume() {
      isPaused = false;
      for (const run of due.splice(0)) run();
    },
    through: (connect) => (url, fence) => {
      const line = new URL(url).hostname.split('.')[0] ?? '';
      const client = connect(url, fence);
      const calls = Object.entries(client).map(([name, ask]) => [name, across(line, ask as () => Promise<unknown>)]);
      return Object.fromEntries(calls) as DeviceClient;
    },
  };
}
