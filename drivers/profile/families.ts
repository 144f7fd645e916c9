import { cia402 } from './families/cia402.ts';
import { commandBlock } from './families/command-block.ts';
import { cover } from './families/cover.ts';
import { directData } from './families/direct-data.ts';
import type { Family } from './families/family.ts';
import { goalPosition } from './families/goal-position.ts';
import { openLoopSpeed } from './families/open-loop-speed.ts';
import { positionTable } from './families/position-table.ts';
import { twinAxis } from './families/twin-axis.ts';

/** Every family of drives by the name that profiles use for its scheme. */
export const families = {
  cia402,
  'command-block': commandBlock,
  'twin-axis': twinAxis,
  'position-table': positionTable,
  'direct-data': directData,
  'goal-position': goalPosition,
  'open-loop-speed': openLoopSpeed,
  cover,
} as const satisfies Record<string, Family>;

export type SchemeName = keyof typeof families;
