import { topicsOf, type RunResource, type StopReport } from '../../contracts/index.ts';
import type { Site } from '../../../config/index.ts';
import type { ActiveBus } from '../active-bus.ts';
import type { RunParts } from '../group-run.ts';
import type { Groups } from '../groups.ts';
import type { Leadership } from '../leadership.ts';
import { newId } from '../new-id.ts';
import type { ProgramStore, RunStore } from '../store/index.ts';
import { createPerformer } from './performer.ts';
import { createPrograms, type Programs } from './programs.ts';
import { createRuns, type Runs } from './runs.ts';

interface Parts extends RunParts {
  readonly site: Site;
  readonly face: ActiveBus;
  readonly leadership: Leadership;
  readonly groups: Groups;
  readonly store: { readonly programs: ProgramStore; readonly runs: RunStore };
  readonly stopEverything: () => Promise<StopReport>;
}

/** Programs and their runs, with their face on the bus: the last run of each program, retained. */
export interface Programming {
  readonly programs: Programs;
  readonly runs: Runs;
  readonly close: () => void;
}

export function createProgramming(parts: Parts): Programming {
  const { site, face, leadership, clock, random, logger } = parts;
  const programs = createPrograms({ site, clock, store: parts.store.programs });
  const performer = createPerformer({ ...parts, stopAll: parts.stopEverything });
  const runs = createRuns({ ...parts, programs, performer, store: parts.store.runs, newId: () => newId(random) });
  const { programRun } = topicsOf(site.mqtt.root);
  const publish = (run: RunResource): void =>
    face.publish(programRun(run.program), JSON.stringify(run), { retain: true });
  /** What was being run when nobody led it any more, by whomever. */
  const find = (): void =>
    void runs.find().catch((error: unknown) => logger.error({ err: error }, 'interrupted runs were not found'));
  const ends = [
    runs.onRun(publish),
    face.onState((state) => {
      if (state === 'online') runs.open().forEach(publish);
    }),
    leadership.onChange((isActive) => (isActive ? find() : runs.letGo())),
  ];
  if (leadership.isActive()) find();
  return { programs, runs, close: () => ends.forEach((end) => end()) };
}
