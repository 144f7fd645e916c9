import type { DriveDescription, DriveStateMessage, GroupCommandName } from '../../../contracts/index.ts';
import { placeIn, positionAt } from './place.ts';

/** Where the members go in turn, as places of their ranges. */
const PLACES = [0.6, 0.3, 0.6, 0.2] as const;
/** So near, as a part of the range, counts as there. */
const NEAR = 0.005;

export interface WaveStep {
  readonly command: GroupCommandName;
  readonly parameters: object;
  /** True when a member has done this step. */
  readonly isDone: (member: DriveStateMessage) => boolean;
}

/** The steps of the demonstration: what the members already are is not asked for again. */
export function wavePlan(descriptions: readonly DriveDescription[]): readonly WaveStep[] {
  const ranges = new Map(descriptions.map(({ drive, axis }) => [drive, axis.range] as const));
  const moves = PLACES.map((place): WaveStep => {
    const targets = Object.fromEntries([...ranges].map(([drive, range]) => [drive, positionAt(range, place)]));
    return {
      command: 'move',
      parameters: { targets },
      isDone: (member) => isAt(member, ranges, targets[member.drive]),
    };
  });
  return [
    { command: 'enable', parameters: {}, isDone: (member) => isIdle(member) && member.enabled === true },
    { command: 'home', parameters: {}, isDone: (member) => isIdle(member) && member.homed === true },
    ...moves,
  ];
}

function isIdle(member: DriveStateMessage): boolean {
  return member.state === 'standstill' && member.moving !== true && member.command === null;
}

function isAt(
  member: DriveStateMessage,
  ranges: ReadonlyMap<string, readonly [number, number]>,
  target: number | undefined,
): boolean {
  const range = ranges.get(member.drive);
  if (range === undefined || target === undefined || member.position === null) return false;
  return isIdle(member) && Math.abs(placeIn(range, member.position) - placeIn(range, target)) < NEAR;
}
