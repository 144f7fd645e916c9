// Words that several commands share.

export const machine = ['--json', 'print JSON for machines instead of text for people'] as const;

export const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  $ ${line.startsWith('kmotion') ? 'npx ' : ''}${line}`).join('\n')}`;
