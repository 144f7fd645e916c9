import type { DriveCommand } from '../contracts/index.ts';
import type { Work } from './axis-memory.ts';
import type { WorkParts } from './motion-work.ts';

/**
 * From now on every asked velocity is taken as this share of itself. A motion that runs is planned anew by the runner;
 * a motion of a group keeps its plan, or its members would part.
 */
export function overrideWork({ velocityFactor }: DriveCommand<'set-override'>, { kit, memory }: WorkParts): Work {
  return {
    motion: null,
    perform() {
      memory.override = velocityFactor;
      kit.listener.event({ type: 'override-set', detail: `Velocities are taken as ${velocityFactor} of themselves.` });
      kit.listener.changed();
      return Promise.resolve(null);
    },
  };
}
