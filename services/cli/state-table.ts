import type { DriveStateMessage } from '../contracts/index.ts';

type Column = readonly [title: string, width: number, cell: (state: DriveStateMessage) => string];

const number = (value: number | null, digits: number): string => (value === null ? '-' : value.toFixed(digits));

const COLUMNS: readonly Column[] = [
  ['drive', -16, ({ drive }) => drive],
  ['state', -20, ({ state, stopLatched }) => `${state}${stopLatched ? ' (latched)' : ''}`],
  ['position', 12, ({ position, unit }) => `${number(position, 3)} ${unit.padEnd(3)}`],
  ['velocity', 12, ({ velocity, unit }) => `${number(velocity, 2)} ${`${unit}/s`.padEnd(5)}`],
  ['target', 10, ({ target }) => number(target, 3)],
  ['link', -9, ({ link, stale }) => (stale ? 'stale' : link)],
  ['fault', -1, ({ fault }) => fault?.text ?? ''],
];

/** Drives as lines of text, sorted by name, under a line of titles. Width below 0: aligned to the left. */
export function stateTable(states: readonly DriveStateMessage[]): readonly string[] {
  const sorted = states.toSorted((a, b) => a.drive.localeCompare(b.drive));
  const rows = [COLUMNS.map(([title]) => title), ...sorted.map((state) => COLUMNS.map(([, , cell]) => cell(state)))];
  return rows.map((row) => row.map(aligned).join('  ').trimEnd());
}

function aligned(text: string, column: number): string {
  const width = COLUMNS[column]?.[1] ?? 0;
  return width < 0 ? text.padEnd(-width) : text.padStart(width);
}
