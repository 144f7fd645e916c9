/** Changes to a text by places in the text as it was; every other character stays. */
export interface TextEdit {
  replace(range: readonly [from: number, to: number], text: string): void;
  /** Before the closing brace of `{ ... }`. */
  insertIntoBraces(range: readonly [from: number, to: number], text: string): void;
  /** Whole lines behind the line in which `offset` lies, or at `offset` where a line begins there. */
  insertLines(offset: number, text: string): void;
  /** A section of its own at the end. */
  append(section: string, text: string): void;
  /** How far the place stands from the beginning of its line. */
  columnAt(offset: number): number;
  result(): string;
}

interface Change {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

export function createTextEdit(original: string): TextEdit {
  const changes: Change[] = [];
  const sections = new Map<string, string[]>();
  const replace: TextEdit['replace'] = ([from, to], text) => void changes.push({ from, to, text });

  /** Several replacements of one empty place follow one another. */
  function merged(): readonly Change[] {
    const byPlace = new Map<string, Change>();
    for (const change of changes) {
      const key = `${change.from} ${change.to}`;
      byPlace.set(key, { ...change, text: (byPlace.get(key)?.text ?? '') + change.text });
    }
    return [...byPlace.values()].toSorted((a, b) => b.from - a.from);
  }
  return {
    replace,
    insertIntoBraces([from, to], text) {
      const inside = original.slice(from + 1, to - 1);
      const end = from + 1 + inside.trimEnd().length;
      replace([end, end], `${inside.trim() === '' ? ' ' : ', '}${text}`);
    },
    insertLines(offset, text) {
      const startsLine = offset === 0 || original[offset - 1] === '\n';
      const lineEnd = original.indexOf('\n', offset);
      if (startsLine) replace([offset, offset], `${text}\n`);
      else if (lineEnd < 0) replace([original.length, original.length], `\n${text}`);
      else replace([lineEnd + 1, lineEnd + 1], `${text}\n`);
    },
    append: (section, text) => void sections.set(section, [...(sections.get(section) ?? []), text]),
    columnAt: (offset) => offset - (original.lastIndexOf('\n', offset - 1) + 1),
    result() {
      let text = original;
      for (const { from, to, text: change } of merged()) text = text.slice(0, from) + change + text.slice(to);
      for (const [section, texts] of sections) text = `${text.trimEnd()}\n${section}:\n${texts.join('\n')}\n`;
      return text;
    },
  };
}
