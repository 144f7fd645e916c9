import { defineConfig } from 'vitest/config';

// Three kinds of tests, by what they need:
//   unit    nothing but Node (and the pseudo-terminals of the operating system): `npm test`
//   system  programs of other people (mosquitto, mbpoll, chromium) and the built command: `npm run test:system`
export default defineConfig({
  test: {
    // Vitest leaves one processor free, which halves the speed of a machine with two.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'unit',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/system/**'],
          globalSetup: ['tests/system/left-to-ci.ts'],
          testTimeout: 20_000,
          // No room keeps state in a module: time, chance and ports are handed in. So files can share a worker, in half the time.
          isolate: false,
        },
      },
      {
        test: {
          name: 'system',
          include: ['tests/system/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
