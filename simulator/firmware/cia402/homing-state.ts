import type { Search } from '../homing-search.ts';

/** What homing mode remembers: the search under way and how the last one ended. */
export interface HomingState {
  search: Search | null;
  /** `settling`: the reference is taken, the shaft still brakes. */
  phase: 'idle' | 'searching' | 'settling' | 'attained' | 'error';
}

export const createHomingState = (): HomingState => ({ search: null, phase: 'idle' });
