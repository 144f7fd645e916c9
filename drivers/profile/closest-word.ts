/** The known word that `word` was probably meant to be; null when none is near. */
function closestWord(word: string, known: readonly string[]): string | null {
  const folded = word.toLowerCase();
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(folded, candidate.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance);
  const best = ranked[0];
  if (best === undefined || best.distance > Math.max(1, Math.floor(word.length / 3))) return null;
  return best.candidate;
}

/** ` did you mean "unit"?` to be put behind a message; empty when nothing is near. */
export function suggestion(word: string, known: readonly string[]): string {
  const closest = closestWord(word, known);
  return closest === null ? '' : `; did you mean "${closest}"?`;
}

/** Letters inserted, left out, replaced or swapped with their neighbour (Damerau, optimal string alignment). */
function editDistance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= from.length; row++) {
    const line = [row];
    for (let column = 1; column <= to.length; column++) {
      const replaced = at(rows, row - 1, column - 1) + (from[row - 1] === to[column - 1] ? 0 : 1);
      const swapped =
        row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
          ? at(rows, row - 2, column - 2) + 1
          : Infinity;
      line.push(Math.min(at(rows, row - 1, column) + 1, (line[column - 1] ?? 0) + 1, replaced, swapped));
    }
    rows.push(line);
  }
  return at(rows, from.length, to.length);
}

const at = (rows: readonly (readonly number[])[], row: number, column: number): number => rows[row]?.[column] ?? 0;
