import type { OrchestratorName } from '../../contracts/index.ts';

/** What a line was last seen to say of who leads it. */
export type Sight =
  /** It obeys this orchestrator. */
  | { readonly kind: 'mine' }
  | { readonly kind: 'other'; readonly leader: OrchestratorName }
  /** `lapsed`: somebody led it and does no more; otherwise its process is new and knows of nobody. */
  | { readonly kind: 'free'; readonly lapsed: boolean }
  | { readonly kind: 'silent' }
  /** It obeyed this orchestrator, and was given to another since. */
  | { readonly kind: 'superseded' };

/**
 * A process that was started anew has forgotten its leader, who takes it again with its next renewal: only when nobody
 * has for so long is there none.
 */
const FORGETFUL_FOR_MS = 1500;

/** A standby takes its turn when every line that answers is without a leader; what is silent says nothing. */
export function mayClaim(sights: readonly Sight[], freeForMs: number): boolean {
  const said = sights.filter(({ kind }) => kind !== 'silent');
  if (said.length === 0 || !said.every(({ kind }) => kind === 'free')) return false;
  return freeForMs >= FORGETFUL_FOR_MS || said.every((sight) => sight.kind === 'free' && sight.lapsed);
}

/**
 * Whether this one leads no more. Where two lead different lines, because each could not reach the other's, the one that
 * has the first of the site file goes on: both know that order.
 * @param sights of all lines, in the order of the site file
 */
export function hasLost(sights: readonly Sight[]): boolean {
  if (sights.some(({ kind }) => kind === 'superseded')) return true;
  const first = sights.find(({ kind }) => kind === 'mine' || kind === 'other');
  return first?.kind !== 'mine';
}

/** Whom the lines obey, as far as they say. */
export function leaderIn(sights: readonly Sight[]): OrchestratorName | null {
  for (const sight of sights) if (sight.kind === 'other') return sight.leader;
  return null;
}
