import { placeIn } from './place.ts';

/** Where an axis was lately. A null position is a gap: nothing was known. */
export interface TrailPoint {
  readonly atMs: number;
  readonly position: number | null;
}
export type Trail = readonly TrailPoint[];

export const TRAIL_MS = 30_000;
const FINEST_MS = 80;
/** An axis at rest speaks seldom: a longer pause before a new reading was rest, not a slow slope. */
const REST_MS = 500;

/** The trail with one more point; older than the window is forgotten, except the last one before it, which the line starts from. */
export function extendTrail(trail: Trail, point: TrailPoint): Trail {
  const last = trail.at(-1);
  if (last !== undefined && point.atMs - last.atMs < FINEST_MS && point.position !== null) {
    return [...trail.slice(0, -1), { ...point, atMs: last.atMs }];
  }
  const firstInside = trail.findIndex((each) => each.atMs >= point.atMs - TRAIL_MS);
  const kept = firstInside === -1 ? trail.slice(-1) : trail.slice(Math.max(0, firstInside - 1));
  return [...kept, ...heldUntil(last, point), point];
}

function heldUntil(last: TrailPoint | undefined, point: TrailPoint): Trail {
  if (last === undefined || last.position === null || point.position === null) return [];
  return point.atMs - last.atMs > REST_MS ? [{ atMs: point.atMs - FINEST_MS, position: last.position }] : [];
}

interface Frame {
  readonly range: readonly [number, number];
  readonly nowMs: number;
  readonly width: number;
  readonly height: number;
}

/** SVG path of the trail, newest at the right edge; gaps stay open. */
export function trailPath(trail: Trail, frame: Frame): string {
  const now = trail.at(-1);
  const points = now === undefined ? trail : [...trail, { ...now, atMs: Math.max(now.atMs, frame.nowMs) }];
  let path = '';
  let isDrawing = false;
  for (const { atMs, position } of points) {
    if (position === null) {
      isDrawing = false;
      continue;
    }
    const x = frame.width * (1 - (frame.nowMs - atMs) / TRAIL_MS);
    const y = frame.height * (1 - placeIn(frame.range, position));
    path += `${isDrawing ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
    isDrawing = true;
  }
  return path;
}
