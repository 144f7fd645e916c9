import { expect, test } from 'vitest';
import { killStorm } from '../support/storm/kill-storm.ts';

const SEED = 4;

test('kill -9 and SIGSTOP at random of device processes, orchestrator and Mosquitto during moves: no motion without a command, none twice, none late', async () => {
  const storm = await killStorm({ kills: 6, movesDone: 6, lines: 2, drivesPerLine: 1, seed: SEED });

  expect(storm.verdict.findings).toEqual([]);
  expect(storm.verdict.setPoints).toBeGreaterThanOrEqual(6);
  expect(storm.strikes.filter(({ deed }) => deed === 'kill')).toHaveLength(6);
}, 300_000);
