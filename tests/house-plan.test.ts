import { cruise, type ICruiseResult } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';

const ROOMS = ['drivers', 'config', 'services', 'simulator', 'tests'];
const { forbidden, options } = createRequire(import.meta.url)('../.dependency-cruiser.cjs') as {
  forbidden: { name: string; from: object; to: object }[];
  options: object;
};

async function look(rules: typeof forbidden): Promise<ICruiseResult> {
  const { output } = await cruise(
    ROOMS,
    { ...options, validate: true, ruleSet: { forbidden: rules.map((rule) => ({ severity: 'error', ...rule })) } },
    undefined,
    { tsConfig: extractTSConfig('tsconfig.json') },
  );
  return output as ICruiseResult;
}

test('every import follows an arrow of the house plan', async () => {
  const { summary } = await look(forbidden);

  // A checker that cannot read the sources finds nothing wrong with nothing.
  expect(summary.totalCruised).toBeGreaterThan(100);
  expect(summary.totalDependenciesCruised ?? 0).toBeGreaterThan(200);
  expect(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).toEqual([]);
}, 60_000);

test('the checker goes red when an arrow is forbidden', async () => {
  const planted = { name: 'planted', from: { path: '^drivers/transport/' }, to: { path: '^drivers/base/' } };

  const { summary } = await look([planted]);

  expect(summary.violations.length).toBeGreaterThan(0);
}, 60_000);
