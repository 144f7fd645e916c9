import { topicsOf, type RunResource, type StopReport } from '../../contracts/index.ts';
import type { MessageBus } from '../../platform/bus/index.ts';
import type { Site } from '../../../config/index.ts';
import type { RunParts } from '../group-run.ts';
import type { Groups } from '../groups.ts';
import { newId } from '../new-id.ts';
import type { ProgramStore, RunStore } from '../store/index.ts';
import { createPerformer } from './performer.ts';
import { createPrograms, type Programs } from './programs.ts';
import { createRuns, type Runs } from './runs.ts';

interface Parts extends RunParts {
  readonly site: Site;
  readonly bus: MessageBus;
  readonly groups: Groups;
  readonly store: { readonly programs: ProgramStore; readonly runs: RunStore };
  readonly stopAll: () => Promise<StopReport>;
}

/** Programs and their runs, with their face on the bus: the last run of each program, retained. */
export interface Programming {
  readonly programs: Programs;
  readonly runs: Runs;
  readonly close: () => void;
}

export function createProgramming(parts: Parts): Programming {
  const { site, bus, clock, random, logger } = parts;
  const programs = createPrograms({ site, clock, store: parts.store.programs });
  const performer = createPerformer(parts);
  const runs = createRuns({ ...parts, programs, performer, store: parts.store.runs, newId: () => newId(random) });
  const { programRun } = topicsOf(site.mqtt.root);
  const publish = (run: RunResource): void =>
    bus.publish(programRun(run.program), JSON.stringify(run), { retain: true });
  const ends = [
    runs.onRun(publish),
    bus.onState((state) => {
      if (state === 'online') runs.open().forEach(publish);
    }),
  ];
  void runs.find().catch((error: unknown) => logger.error({ err: error }, 'interrupted runs were not found'));
  return { programs, runs, close: () => ends.forEach((end) => end()) };
}
