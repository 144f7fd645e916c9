/** How a verb reaches a register. */
export type Access = 'read' | 'write';

/**
 * What a family of drives (one scheme) adds to the vocabulary of profiles, and what its verbs cannot do without. A verb
 * that `needs` leaves out is none of this family's.
 */
export interface Family {
  /** Signals that only this family has, beside the common ones. */
  readonly signals: readonly string[];
  /** Without these in the fast poll no state can be told. */
  readonly status: readonly string[];
  /** Signals that act on motion the moment they are written, beside those that do in every family; raw access refuses them. */
  readonly actsAtOnce?: readonly string[];
  /** The signal that takes the ramp of one halt; left out where a halt always has a ramp of the drive's own, or none. */
  readonly haltRamp?: string;
  readonly needs: Readonly<Partial<Record<string, Readonly<Partial<Record<string, Access>>>>>>;
}
