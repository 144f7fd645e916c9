import { expect, test } from 'vitest';
import { createVirtualClock } from '../../../drivers/base/index.ts';
import type { DriveSample } from '../../../drivers/drive/index.ts';
import type { Reading } from '../../../drivers/drive/register-port.ts';
import { Sampler, type SamplerParts } from '../../../drivers/drive/sampler.ts';
import { profile } from './bench.ts';

/** A sampler whose reads end when the test says so. */
function sampler(published: DriveSample[]): { sampler: Sampler; reads: ((reading: Reading) => void)[] } {
  const reads: ((reading: Reading) => void)[] = [];
  const parts = {
    status: { read: () => new Promise<Reading>((resolve) => reads.push(resolve)), underWay: () => null },
    scheme: { toDriveState: (values: Reading['values']) => ({ position: values.actualPosition }) },
    profile,
    clock: createVirtualClock(),
    publish: (sample: DriveSample) => published.push(sample),
  };
  return { sampler: new Sampler(parts as unknown as SamplerParts), reads };
}

const reading = (order: number, actualPosition: number): Reading => ({
  values: { actualPosition },
  order,
  askedAtMs: order,
});

test('a reading that a younger one has overtaken is never shown as the newest, nor counted', async () => {
  const published: DriveSample[] = [];
  const { sampler: under, reads } = sampler(published);
  const slow = under.take('fast', ['temperature']);
  const quick = under.take('stop');

  reads[1]!(reading(2, 20));
  await quick;
  reads[0]!(reading(1, 10));
  const overtaken = await slow;

  expect(published.map(({ number, sampledAtMs }) => ({ number, sampledAtMs }))).toEqual([
    { number: 1, sampledAtMs: 2 },
  ]);
  expect(under.latest()!.sample).toBe(published[0]);
  expect(overtaken.sample).toBe(published[0]);
  expect(overtaken.signals).toMatchObject({ actualPosition: 10 });
});
