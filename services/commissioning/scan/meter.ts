import type { Clock } from '../../../drivers/base/index.ts';
import type { ScanProgress } from '../../contracts/index.ts';
import { passMs, type Pace, type ScanPlan } from './scan-plan.ts';

/** How far a scan is: ports are asked side by side, so the longest decides. */
export interface Meter {
  asked(port: string, plannedMs: number): void;
  progress(): ScanProgress;
}

interface Planned {
  readonly plan: ScanPlan;
  readonly pace: Pace;
}

export function createMeter(ports: ReadonlyMap<string, Planned>, clock: Clock): Meter {
  const startMs = clock.nowMs();
  const remaining = new Map([...ports].map(([port, planned]) => [port, plannedMs(planned)]));
  const estimateMs = longest(remaining);
  const planned = [...ports.values()].reduce((sum, { plan }) => sum + questionsOf(plan), 0);
  let asked = 0;
  return {
    asked(port, questionMs) {
      asked++;
      remaining.set(port, Math.max(0, (remaining.get(port) ?? 0) - questionMs));
    },
    progress: () => ({
      asked,
      planned,
      elapsedMs: Math.round(clock.nowMs() - startMs),
      remainingMs: Math.round(longest(remaining)),
      estimateMs: Math.round(estimateMs),
    }),
  };
}

const plannedMs = ({ plan, pace }: Planned): number => plan.passes.reduce((sum, pass) => sum + passMs(pass, pace), 0);

const questionsOf = ({ passes }: ScanPlan): number =>
  passes.reduce((sum, { questions }) => sum + questions.reduce((count, { probes }) => count + probes.length, 0), 0);

const longest = (times: ReadonlyMap<string, number>): number => Math.max(0, ...times.values());
