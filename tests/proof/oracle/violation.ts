/** What the simulator's ledger shows and must not have happened. */
export interface Violation {
  /** Number in the list of invariants (motion reference, section 9), and its gist. */
  readonly rule: string;
  readonly atMs: number;
  readonly drive: string;
  readonly detail: string;
}
