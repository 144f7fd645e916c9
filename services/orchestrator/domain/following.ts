import { problem, type DriveDescription, type Problem } from '../../contracts/index.ts';

const INSTEAD = 'Give the members a common move with sync phase instead, or couple them in the drives.';

/**
 * Why no drive is made to follow another in software. The follower hears of each step of the leader only when the line has
 * carried a reading and a set-point for everybody on it; meanwhile the leader goes on.
 *
 * @param drives leader and followers, as far as they are known
 */
export function followingProblem(leader: string, drives: readonly (DriveDescription | null)[]): Problem {
  const known = drives.filter((drive) => drive !== null);
  const periodMs = slowestLineMs(known);
  const leading = known.find(({ drive }) => drive === leader);
  if (periodMs === null || leading === undefined || known.length < drives.length) {
    return problem('unsupported', `No drive follows another in software: nobody can say how late it would. ${INSTEAD}`);
  }
  const { maxVelocity, unit } = leading.axis;
  const behind = Number(((maxVelocity * periodMs) / 1000).toPrecision(3));
  const detail = `No drive follows another in software: the line takes ${periodMs} ms for a new set-point of everybody, in which ${leader} at ${maxVelocity} ${unit}/s leaves its followers ${behind} ${unit} behind. ${INSTEAD}`;
  return problem('unsupported', detail, { actual: periodMs });
}

/** One set-point for each drive of a line, on the line that takes longest; null where one is not known. */
function slowestLineMs(drives: readonly DriveDescription[]): number | null {
  const lines = new Map<string, number>();
  for (const { line, setpointMs = null } of drives) {
    if (setpointMs === null) return null;
    lines.set(line, (lines.get(line) ?? 0) + setpointMs);
  }
  return Number(Math.max(...lines.values()).toFixed(1));
}
