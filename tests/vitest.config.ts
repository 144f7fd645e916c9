import { defineConfig } from 'vitest/config';

// Three kinds of tests, by what they need:
//   unit    nothing but Node (and the pseudo-terminals of the operating system): `npm run check`, `npm test`
//   whole   the same, but whole drives, lines and sites through minutes of their own time, properties over hundreds of
//           random histories, and the house itself: `npm test`
//   system  programs of other people (mosquitto, mbpoll, chromium) and the built command: `npm run test:system`
const whole = [
  'tests/{scenarios,conformance,proof,property}/**/*.test.ts',
  'tests/**/fuzz/*.test.ts',
  'tests/house-plan.test.ts',
];

// No room keeps state in a module: time, chance and ports are handed in. So files can share a worker, in half the time.
const shared = { isolate: false, testTimeout: 20_000 };

export default defineConfig({
  test: {
    // Vitest leaves one processor free, which halves the speed of a machine with two.
    maxWorkers: '100%',
    // `npm run coverage`: of the rooms in which a wrong line moves something
    coverage: { include: ['drivers/**/*.ts', 'services/device/domain/**/*.ts'], reporter: ['text-summary', 'html'] },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/system/**', ...whole],
          globalSetup: ['tests/system/left-to-ci.ts'],
          ...shared,
        },
      },
      { test: { name: 'whole', include: whole, ...shared } },
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
