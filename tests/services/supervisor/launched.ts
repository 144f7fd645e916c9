import { createVirtualClock, type VirtualClock } from '../../../drivers/base/index.ts';
import type { Facts, Launch, Part } from '../../../services/supervisor/part.ts';

/** One process as a test plays it. */
export interface Played {
  readonly part: Part;
  readonly atMs: number;
  readonly signals: string[];
  ready(facts?: Facts): void;
  dies(how: string): void;
}

/** Processes that live and die as the test says, on virtual time. */
export function playedProcesses(onSignal: (process: Played, signal: string) => void = () => undefined): {
  readonly clock: VirtualClock;
  readonly launch: Launch;
  readonly started: Played[];
} {
  const clock = createVirtualClock();
  const started: Played[] = [];
  const launch: Launch = (part, listener) => {
    const process: Played = {
      part,
      atMs: clock.nowMs(),
      signals: [],
      ready: (facts = {}) => listener.ready(facts),
      dies: (how) => listener.ended(how),
    };
    started.push(process);
    return {
      kill(signal) {
        process.signals.push(`${signal} at ${clock.nowMs()}`);
        onSignal(process, signal);
      },
    };
  };
  return { clock, launch, started };
}

export const part = (name: string, stopRank = 0): Part => ({
  name,
  note: '',
  command: [name],
  environment: {},
  stopRank,
});
