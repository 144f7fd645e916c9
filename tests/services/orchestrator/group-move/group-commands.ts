import { Refusal, type GroupCommandResource } from '../../../../services/contracts/index.ts';
import type { FakeSite } from '../fake-site.ts';

/** `group` of the order is lift unless told; everything else goes into the body. */
export const move = (
  site: FakeSite,
  targets: Record<string, number>,
  { group = 'lift', ...more }: { group?: string; id?: string; durationMs?: number; startAt?: string } = {},
): string => site.orchestrator.groups.submit({ group, command: 'move', body: { targets, ...more } }).id;
export const read = (site: FakeSite, id: string, group = 'lift'): GroupCommandResource =>
  site.orchestrator.groups.read(group, id);
export const count = (site: FakeSite, what: string): number =>
  site.told.filter((line) => line.endsWith(` ${what}`)).length;
export const refusalOf = (act: () => unknown): Refusal['problem'] => {
  try {
    act();
  } catch (error) {
    if (error instanceof Refusal) return error.problem;
    throw error;
  }
  throw new Error('nothing was refused');
};

export const inMs = (site: FakeSite, ms: number): string => new Date(site.clock.unixMs() + ms).toISOString();
