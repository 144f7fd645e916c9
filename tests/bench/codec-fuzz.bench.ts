import { CodecFuzz, type FuzzOutcome } from '../drivers/modbus/fuzz/codec-fuzz.ts';
import type { Bench, Figure } from './bench.ts';

const FRAMES = 10_000_000;
/** A seed each, so that a frame that goes wrong is found again in seconds. */
const PARTS = 20;
const FIRST_SEED = 1;

function runParts(): readonly FuzzOutcome[] {
  return Array.from({ length: PARTS }, (_, part) => {
    const outcome = new CodecFuzz(FIRST_SEED + part).run(FRAMES / PARTS);
    const done = ((part + 1) * FRAMES) / PARTS / 1e6;
    process.stderr.write(`\r  ${done.toFixed(1)} of ${FRAMES / 1e6} million frames `);
    return outcome;
  });
}

async function run(): Promise<readonly Figure[]> {
  const begunMs = performance.now();
  const parts = runParts();
  const tookS = (performance.now() - begunMs) / 1000;
  process.stderr.write('\r');
  for (const example of parts.flatMap(({ examples }) => examples)) process.stderr.write(`  ${example}\n`);
  const over = (count: (part: FuzzOutcome) => number): number => parts.reduce((sum, part) => sum + count(part), 0);
  const kinds = Object.keys(parts[0]?.meanings ?? {});
  const meanings = kinds.map((kind) => `${over((part) => part.meanings[kind] ?? 0)} ${kind}`);
  return [
    {
      measure: 'random and mutated frames',
      value: over(({ frames }) => frames),
      unit: 'frames',
      atLeast: FRAMES,
      note: `seeds ${FIRST_SEED} to ${FIRST_SEED + PARTS - 1}: ${meanings.join(', ')}`,
    },
    { measure: 'crashes', value: over(({ crashes }) => crashes), unit: '', atMost: 0 },
    { measure: 'disagreements', value: over(({ disagreements }) => disagreements), unit: '', atMost: 0 },
    { measure: 'frames through both decoders', value: over(({ frames }) => frames) / tookS, unit: '1/s' },
  ];
}

export const bench: Bench = {
  name: 'codec-fuzz',
  what: 'ten million RTU and MBAP frames against a decoder that the test has from the specification',
  run,
};
