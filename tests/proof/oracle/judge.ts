import { judgeTriggers } from './asked-motions.ts';
import { judgeClaims } from './claims.ts';
import type { Evidence } from './evidence.ts';
import { judgeGroups } from './group-ends.ts';
import { judgeGroupStarts } from './group-starts.ts';
import { judgeLimits } from './limits.ts';
import { judgeOutcomes } from './outcomes.ts';
import { judgeStops } from './stops.ts';
import type { Violation } from './violation.ts';

const RULES = [judgeTriggers, judgeStops, judgeOutcomes, judgeClaims, judgeLimits, judgeGroupStarts, judgeGroups];

/** Every rule on everything that happened; the ledger is believed, what the programs say is judged by it. */
export function judge(evidence: Evidence): readonly Violation[] {
  return RULES.flatMap((rule) => rule(evidence)).toSorted((a, b) => a.atMs - b.atMs);
}
