/** What a line takes from one drive's own start to the next: learnt from its starts, because no manual tells it. */
export interface StartGaps {
  gapMs(line: string): number;
  /** Takes in when the drives of one start were started, in milliseconds, in their order. */
  learn(line: string, startedAtMs: readonly number[]): void;
}

/** A reading and a write with its acknowledge at 115200 baud; right after the first start. */
const AT_FIRST_MS = 15;
/** One start that was held up by a retry must not bend the next plan much. */
const WEIGHT_OF_NEWS = 0.3;

export function createStartGaps(): StartGaps {
  const known = new Map<string, number>();
  return {
    gapMs: (line) => known.get(line) ?? AT_FIRST_MS,
    learn(line, startedAtMs) {
      const [first, last, gaps] = [startedAtMs[0], startedAtMs.at(-1), startedAtMs.length - 1];
      if (first === undefined || last === undefined || gaps < 1) return;
      const seen = (last - first) / gaps;
      const before = known.get(line);
      known.set(line, before === undefined ? seen : before + WEIGHT_OF_NEWS * (seen - before));
    },
  };
}
