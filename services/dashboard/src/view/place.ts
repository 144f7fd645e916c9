/** Where a position lies in its range: 0 at the low end, 1 at the high end; outside it is held at the end. */
export function placeIn(range: readonly [number, number], position: number): number {
  const span = range[1] - range[0];
  if (span <= 0) return 0;
  return Math.min(1, Math.max(0, (position - range[0]) / span));
}

/** The position at a place of the range, rounded to about a five-hundredth of it: what a finger can mean. */
export function positionAt(range: readonly [number, number], place: number): number {
  const span = range[1] - range[0];
  const grain = 10 ** Math.floor(Math.log10(span / 200));
  const position = range[0] + Math.min(1, Math.max(0, place)) * span;
  return Math.min(range[1], Math.max(range[0], Number((Math.round(position / grain) * grain).toPrecision(9))));
}

/** Whether an axis stands where it could not be sent, by more than its last digits; marks are held at the end then. */
export function isOutside(range: readonly [number, number] | undefined, position: number | null): boolean {
  if (range === undefined || position === null) return false;
  const slack = Math.abs(range[1] - range[0]) / 1_000;
  return position < range[0] - slack || position > range[1] + slack;
}
