import type { JSX } from 'preact';
import { usePage } from '../page.ts';
import type { DriveEntry } from '../store/drive-entry.ts';
import { TRAIL_MS, trailPath } from '../view/trail.ts';

const WIDTH = 300;
const HEIGHT = 36;

interface Props {
  readonly entry: DriveEntry;
  readonly range: readonly [number, number];
}

/** Position over the last half minute, low end of the range at the bottom. */
export function TrailGraph({ entry, range }: Props): JSX.Element {
  const { store } = usePage();
  const trail = entry.trail.value;
  const nowMs = Math.max(store.nowMs.value, trail.at(-1)?.atMs ?? 0);
  const path = trailPath(trail, { range, nowMs, width: WIDTH, height: HEIGHT });
  return (
    <svg class="trail" viewBox={`0 -2 ${WIDTH} ${HEIGHT + 4}`} preserveAspectRatio="none" aria-hidden="true">
      <title>Position, last {TRAIL_MS / 1000} s</title>
      <path class="trail-floor" d={`M0 0H${WIDTH}M0 ${HEIGHT}H${WIDTH}`} />
      <path class="trail-line" d={path} />
    </svg>
  );
}
