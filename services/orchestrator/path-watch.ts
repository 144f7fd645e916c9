import type { DriveStateMessage } from '../contracts/index.ts';
import { endS, motionAt, type Curve } from './domain/path/curve.ts';
import type { Registry } from './registry.ts';

/** Measures how far each drive is from its plan, by its own readings and the clock that took them. */
export interface PathWatch {
  /** From now on drives follow these curves, begun at these instants (milliseconds since 1970, by the clock of each drive's process). */
  begin(curves: ReadonlyMap<string, Curve>, startedAtMs: ReadonlyMap<string, number>): void;
  /** From the plan, signed; null where no reading is younger than `afterS`, in seconds of the curve. */
  deviation(drive: string, afterS: number): number | null;
  /** A drive of which nothing was heard for long says by that that it has not moved: what that means for the plan at `nowS`. */
  checkQuiet(drive: string, nowS: number): void;
  /** The farthest of each drive until now; a drive that was not read yet is missing. */
  readonly farthest: ReadonlyMap<string, number>;
  close(): void;
}

interface Way {
  readonly curve: Curve;
  readonly startedAtMs: number;
  latest: { readonly atS: number; readonly position: number } | null;
}

/** While it moves a drive is heard ten times a second, and twice a second where the broker is down. */
const QUIET_S = 1;

/** @param onFarther hears of every reading that is farther from the plan than those before */
export function watchPath(registry: Registry, onFarther: (drive: string, deviation: number) => void): PathWatch {
  const ways = new Map<string, Way>();
  const farthest = new Map<string, number>();

  function note(drive: string, deviation: number): void {
    if (Math.abs(deviation) <= (farthest.get(drive) ?? -1)) return;
    farthest.set(drive, Math.abs(deviation));
    onFarther(drive, Math.abs(deviation));
  }
  function take({ drive, position, sampledAt, stale }: DriveStateMessage): void {
    const way = ways.get(drive);
    if (way === undefined || stale || position === null || sampledAt === null) return;
    const atS = (Date.parse(sampledAt) - way.startedAtMs) / 1000;
    if (atS < 0) return;
    way.latest = { atS, position };
    if (atS <= endS(way.curve)) note(drive, position - motionAt(way.curve, atS).position);
  }
  const close = registry.onChange(({ news }) => {
    if (news.kind === 'state') take(news.state);
  });

  return {
    farthest,
    close,
    begin(curves, startedAtMs) {
      const first = Math.min(...startedAtMs.values());
      for (const [drive, curve] of curves) {
        ways.set(drive, { curve, startedAtMs: startedAtMs.get(drive) ?? first, latest: null });
      }
    },
    deviation(drive, afterS) {
      const way = ways.get(drive);
      if (way?.latest == null || way.latest.atS <= afterS) return null;
      return way.latest.position - motionAt(way.curve, way.latest.atS).position;
    },
    checkQuiet(drive, nowS) {
      const way = ways.get(drive);
      if (way === undefined) return;
      const { atS, position } = way.latest ?? { atS: 0, position: registry.entry(drive).state?.position ?? null };
      if (position !== null && nowS - atS >= QUIET_S) note(drive, position - motionAt(way.curve, nowS).position);
    },
  };
}
