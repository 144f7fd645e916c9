import type { LedgerEntry } from '../../../simulator/index.ts';
import type { World } from '../world.ts';
import { judgeTriggers } from './asked-motions.ts';
import { judgeClaims } from './claims.ts';
import { Evidence } from './evidence.ts';
import { judgeLimits } from './limits.ts';
import { judgeOutcomes } from './outcomes.ts';
import { judgeStops } from './stops.ts';
import type { Violation } from './violation.ts';

const RULES = [judgeTriggers, judgeStops, judgeOutcomes, judgeClaims, judgeLimits];

/** Every rule on everything that happened; the ledger is believed, what the programs say is judged by it. */
export function judge(world: World, entries: readonly LedgerEntry[]): readonly Violation[] {
  const evidence = new Evidence(world, entries);
  return RULES.flatMap((rule) => rule(evidence)).toSorted((a, b) => a.atMs - b.atMs);
}
