/** One process of the site. */
export interface Part {
  /** "line bench" */
  readonly name: string;
  /** What a person is told beside it: the drives of a line. */
  readonly note: string;
  /** Behind `kmotion`: ["device", "/etc/site.yaml", "--line", "bench"]. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Parts of a lower rank are stopped first: axes come to rest while everything they need is still there. */
  readonly stopRank: number;
}

/** What a process says of itself once it serves: its URL and the like. */
export type Facts = Readonly<Record<string, unknown>>;

/** A started process. */
export interface Running {
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
}

interface RunningListener {
  ready(facts: Facts): void;
  /** Called once. `how` is for people: "exit code 1", "SIGKILL". */
  ended(how: string): void;
}

export type Launch = (part: Part, listener: RunningListener) => Running;

/** Time, as far as the supervisor needs it. */
export interface SupervisorClock {
  /** Monotonic. */
  nowMs(): number;
  after(delayMs: number, run: () => void): () => void;
}
