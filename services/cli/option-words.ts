import { Option } from 'commander';

// Words that several commands share.

export const machine = ['--json', 'print JSON for machines instead of text for people'] as const;

export const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  $ ${line.startsWith('kmotion') ? 'npx ' : ''}${line}`).join('\n')}`;

export const url = (): Option =>
  new Option('--url <url>', 'base URL of the orchestrator').env('KMOTION_URL').default('http://127.0.0.1:8080');
export const token = (): Option => new Option('--token <token>', 'access token').env('KMOTION_TOKEN');
