/** How the lines of a group start their drives. */
export interface Starts {
  readonly lineOf: (drive: string) => string;
  /** One frame starts every drive of the line. */
  readonly isByOneFrame: (line: string) => boolean;
  /** From one start to the next where each drive is started by itself. */
  readonly gapMs: (line: string) => number;
}

/** How long after the first drive of its line each is started, in the order given; the lines start at one instant. */
export function startOffsetsMs(drives: readonly string[], starts: Starts): ReadonlyMap<string, number> {
  const before = new Map<string, number>();
  return new Map(
    drives.map((drive) => {
      const line = starts.lineOf(drive);
      const place = before.get(line) ?? 0;
      before.set(line, place + 1);
      return [drive, starts.isByOneFrame(line) ? 0 : place * starts.gapMs(line)];
    }),
  );
}
