import { type Signal, signal } from '@preact/signals';
import type { DriveDescription } from '../../../contracts/index.ts';
import type { Heard } from '../view/freshness.ts';
import type { Trail } from '../view/trail.ts';

/** What the page knows of one drive; each part changes by itself, so that only what shows it is drawn again. */
export interface DriveEntry {
  readonly id: string;
  readonly description: Signal<DriveDescription | null>;
  readonly heard: Signal<Heard | null>;
  readonly trail: Signal<Trail>;
}

export function createDriveEntry(id: string): DriveEntry {
  return { id, description: signal(null), heard: signal(null), trail: signal([]) };
}
