import type { Profile, Signals } from '../../profile/index.ts';
import type { Condition } from '../scheme.ts';
import { Status } from './words.ts';

/** What the statusword shows of a homing; any condition of a list will do. */
export interface HomingSigns {
  /** The search is under way, or has ended already. */
  readonly begun: readonly Condition[];
  readonly attained: readonly Condition[];
  readonly failed: readonly Condition[];
}

const HOMING_BITS = Status.targetReached | Status.modeBit12 | Status.modeBit13;
const shows = (bits: number, mask: number = HOMING_BITS): Condition => ({ signal: 'statusword', mask, equals: bits });

/** CiA 402 table 106 (bits 13, 12, 10). */
const attained = shows(Status.modeBit12 | Status.targetReached);
const byBits: HomingSigns = {
  begun: [shows(0), shows(Status.modeBit12), attained],
  attained: [attained],
  failed: [shows(Status.modeBit13), shows(Status.modeBit13 | Status.targetReached)],
};

/** `before` the start a referenced bit may stand from the last homing; then only a search under way shows this one. */
export function homingSigns({ cia402 }: Profile, before: Signals): HomingSigns {
  if (cia402?.homingShows !== 'referenced-bit' || cia402.referencedBit === null) return byBits;
  const referenced = 1 << cia402.referencedBit;
  const found = shows(referenced | Status.targetReached, referenced | Status.targetReached);
  const isNews = ((before.statusword ?? referenced) & referenced) === 0;
  return { begun: [shows(0, Status.targetReached), ...(isNews ? [found] : [])], attained: [found], failed: [] };
}
