import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Runs around the unit tests (vitest's globalSetup) and says at their end what they do not cover. */
export function teardown(): void {
  const stories = readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => basename(name, '.test.ts').replaceAll('-', ' '));
  const where = join('tests', 'system');
  process.stdout.write(
    `\nLeft to CI (npm run test:system; needs mosquitto, mbpoll and chromium), ${where}:\n${stories
      .map((story) => `  - ${story}\n`)
      .join('')}`,
  );
}

export function setup(): void {
  // Nothing to prepare.
}
