import type { Profile } from '../profile/index.ts';
import { cia402 } from './cia402/index.ts';
import { commandBlock } from './command-block/index.ts';
import { cover } from './cover/index.ts';
import { directData } from './direct-data/index.ts';
import { goalPosition } from './goal-position/index.ts';
import { openLoopSpeed } from './open-loop-speed/index.ts';
import { positionTable } from './position-table/index.ts';
import type { Scheme } from './scheme.ts';
import { twinAxis } from './twin-axis/index.ts';

const schemes: Readonly<Record<Profile['scheme'], Scheme>> = {
  cia402,
  'command-block': commandBlock,
  'twin-axis': twinAxis,
  'position-table': positionTable,
  'direct-data': directData,
  'goal-position': goalPosition,
  'open-loop-speed': openLoopSpeed,
  cover,
};

/** The scheme that a profile names. */
export function schemeOf(profile: Profile): Scheme {
  return schemes[profile.scheme];
}
