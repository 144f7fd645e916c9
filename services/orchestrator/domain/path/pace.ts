import type { DriveDescription } from '../../../contracts/index.ts';
import { endS, motionAt, type Curve } from './curve.ts';

/** When a drive gets its set-points, in seconds of the path. */
export interface Pace {
  /** The first after its start: until then it goes by what it was armed with. */
  readonly firstS: number;
  readonly everyS: number;
  /** So long before its instant a set-point is sent: it takes that time to the drive. */
  readonly leadS: number;
  /** So much later it is still of use: until the next is due, or as long as the path tolerance bears at the greatest speed. */
  readonly lateMs: number;
}

interface GroupPace extends Pick<Pace, 'firstS' | 'everyS'> {
  /** Drives of one line have their turns one after the other. */
  readonly offsetsS: ReadonlyMap<string, number>;
  readonly leadS: (drive: DriveDescription) => number;
}

/** Readings come ten times a second: targets that come oftener would know nothing new. */
const SHORTEST_S = 0.1;
/** A line that carries set-points and nothing else reads nobody. */
const SHARE_OF_LINE = 0.8;
/** Until the start is proved and told, and the first turn comes. */
const START_S = 0.25;
/** Where no serial line sets the pace. */
const UNKNOWN_SETPOINT_MS = 20;

const setpointMs = ({ setpointMs: known }: DriveDescription): number => known ?? UNKNOWN_SETPOINT_MS;

/** As often as the busiest line can carry a set-point to every drive of the path and still read them. */
export function paceOf(drives: readonly DriveDescription[], lineOf: (drive: string) => string): GroupPace {
  const busyMs = new Map<string, number>();
  for (const each of drives) {
    const line = lineOf(each.drive);
    busyMs.set(line, (busyMs.get(line) ?? 0) + setpointMs(each));
  }
  const everyS = Math.max(SHORTEST_S, Math.max(0, ...busyMs.values()) / 1000 / SHARE_OF_LINE);
  const turns = new Map<string, number>();
  const offsetsS = new Map(
    drives.map(({ drive }) => {
      const line = lineOf(drive);
      const turn = turns.get(line) ?? 0;
      turns.set(line, turn + 1);
      const ofLine = drives.filter((each) => lineOf(each.drive) === line).length;
      return [drive, (turn * everyS) / ofLine] as const;
    }),
  );
  return { everyS, firstS: Math.max(START_S, everyS), offsetsS, leadS: (drive) => setpointMs(drive) / 1000 };
}

/** The instants of a drive's set-points that lie after `afterS`; the last is no earlier than the end of its curve. */
export function instantsOf(curve: Curve, { firstS, everyS }: Omit<Pace, 'lateMs'>, afterS: number): readonly number[] {
  const count = 1 + Math.ceil(Math.max(0, endS(curve) - firstS) / everyS);
  const missed = Math.ceil(Math.max(0, afterS - firstS) / everyS);
  const first = Math.min(missed, count);
  return Array.from({ length: Math.max(1, count - first) }, (_, index) => firstS + (first + index) * everyS);
}

/** Whatever the tolerance bears: of a drive that was told nothing for so long nobody knows where on its path it is. */
const LATEST_MS = 1000;

/** How late a set-point may leave: a drive goes on by the one before it for as long as until the next, and then falls behind. */
export function latenessMs(everyS: number, { tolerance, fastest }: { tolerance: number; fastest: number }): number {
  const borneS = fastest > 0 ? tolerance / fastest : everyS;
  return Math.min(LATEST_MS, 1000 * Math.max(everyS, borneS));
}

const SAMPLES = 16;

/** How far a drive that does all its set-points exactly leaves the curve: it goes straight from one to the next. */
export function expectedDeviation(curve: Curve, { firstS, everyS }: Omit<Pace, 'lateMs'>): number {
  const end = endS(curve);
  const shares = Array.from({ length: SAMPLES }, (_, index) => (index + 1) / SAMPLES);
  const over = (fromS: number, forS: number, bend: (share: number) => number): number => {
    const [from, to] = [motionAt(curve, fromS).position, motionAt(curve, fromS + forS).position];
    return Math.max(
      ...shares.map((share) =>
        Math.abs(motionAt(curve, fromS + share * forS).position - from - (to - from) * bend(share)),
      ),
    );
  };
  let most = over(0, firstS, (share) => share ** 2);
  for (let atS = firstS; atS < end; atS += everyS)
    most = Math.max(
      most,
      over(atS, everyS, (share) => share),
    );
  return most;
}
