import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { CHANNELS, type Sample } from '../../../../services/orchestrator/store/channels.ts';
import { columnsOf } from '../../../../services/orchestrator/store/columns.ts';
import { decodeChunk, encodeChunk } from '../../../../services/orchestrator/store/sample-chunk.ts';

const reading = fc.option(fc.integer({ min: -2e15, max: 2e15 }).map((millionths) => millionths / 1e6));
const samples: fc.Arbitrary<Sample[]> = fc.array(
  fc.record({
    atMs: fc.integer({ min: 0, max: 4e12 }),
    readings: fc.record(Object.fromEntries(CHANNELS.map((channel) => [channel, reading]))) as fc.Arbitrary<
      Sample['readings']
    >,
  }),
  { minLength: 1, maxLength: 40 },
);

test('samples come back as they were, to a millionth of the unit, and what was missing is missing', async () => {
  await fc.assert(
    fc.asyncProperty(samples, async (written) => {
      const chunk = await encodeChunk(columnsOf(written));

      expect(decodeChunk(Uint8Array.from(chunk).buffer)).toEqual(columnsOf(written));
    }),
    { numRuns: 200 },
  );
});

test('a chunk that was cut off is refused, not read as something else', async () => {
  const one: Sample = { atMs: 1, readings: { ...nothing, position: 12.5 } };
  const chunk = await encodeChunk(columnsOf([one, one]));

  expect(() => decodeChunk(Uint8Array.from(chunk.subarray(0, -3)).buffer)).toThrow('unexpected end of file');
});

test('only the channels that are asked for are taken out, and each is the right one', async () => {
  const readings = Object.fromEntries(CHANNELS.map((channel, index) => [channel, index + 0.5])) as Sample['readings'];
  const chunk = Uint8Array.from(await encodeChunk(columnsOf([{ atMs: 7, readings }]))).buffer;

  for (const [index, channel] of CHANNELS.entries()) {
    expect(decodeChunk(chunk, [channel]).readings[channel]).toEqual(Float64Array.of(index + 0.5));
  }
  expect(decodeChunk(chunk, ['position']).readings.supplyVoltage).toEqual(Float64Array.of(Number.NaN));
});

const nothing = Object.fromEntries(CHANNELS.map((channel) => [channel, null])) as Sample['readings'];
