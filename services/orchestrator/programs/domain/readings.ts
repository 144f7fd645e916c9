import { exactly, type Value } from '../../../../config/expressions/index.ts';
import type { Site } from '../../../../config/index.ts';
import type { DriveStateMessage } from '../../../contracts/index.ts';
import { axisStateOf, type DriveEntry } from '../../domain/registry.ts';

type Axis = NonNullable<ReturnType<Site['drives']['get']>>['axis'];

interface At {
  readonly axis: Pick<Axis, 'homingRequired'>;
  readonly nowMs: number;
}

/** Readings that mean nothing before the axis knows where it is. */
const NEEDS_REFERENCE = new Set(['position', 'target']);

/** A reading of a drive as an expression takes it; null when it is missing, too old, or has no reference yet. */
export function readingOf(entry: DriveEntry, reading: string, { axis, nowMs }: At): Value {
  const state = axisStateOf(entry, nowMs);
  if (reading === 'state') return state === 'unknown' ? null : state;
  if (state === 'unknown' || entry.state === null) return null;
  if (NEEDS_REFERENCE.has(reading) && axis.homingRequired && entry.state.homed !== true) return null;
  const value = entry.state[reading as keyof DriveStateMessage];
  if (typeof value === 'number') return exactly(value);
  return typeof value === 'boolean' ? value : null;
}
