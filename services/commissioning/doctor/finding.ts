/** One thing that was looked at. */
export interface DoctorFinding {
  /** What was looked at: `rights`, `latency`, `broker`. */
  readonly check: string;
  /** `mend`: it will hinder; `note`: worth knowing; `unknown`: it cannot be seen from here. */
  readonly state: 'good' | 'mend' | 'note' | 'unknown';
  /** What was seen, as a sentence. */
  readonly text: string;
  /** The command or the change that mends it; null where nothing is to be done. */
  readonly remedy: string | null;
}

export const good = (check: string, text: string): DoctorFinding => ({ check, state: 'good', text, remedy: null });
export const mend = (check: string, text: string, remedy: string): DoctorFinding => ({
  check,
  state: 'mend',
  text,
  remedy,
});
export const note = (check: string, text: string, remedy: string | null = null): DoctorFinding => ({
  check,
  state: 'note',
  text,
  remedy,
});
export const unknown = (check: string, text: string, remedy: string | null = null): DoctorFinding => ({
  check,
  state: 'unknown',
  text,
  remedy,
});
