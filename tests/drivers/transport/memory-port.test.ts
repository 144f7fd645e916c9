import { expect, test } from 'vitest';
import { createVirtualClock, type DriverError } from '../../../drivers/base/index.ts';
import { memoryPortPair, type BytePortListener } from '../../../drivers/transport/index.ts';

function recorder(): BytePortListener & { readonly heard: number[][]; readonly losses: DriverError[] } {
  const heard: number[][] = [];
  const losses: DriverError[] = [];
  return { heard, losses, bytes: (chunk) => void heard.push([...chunk]), lost: (error) => void losses.push(error) };
}

test('bytes arrive after the latency, in order, and cannot be changed by the writer afterwards', async () => {
  const clock = createVirtualClock();
  const cable = memoryPortPair({ clock, latencyMs: 5 });
  const far = recorder();
  const near = await cable.near(recorder());
  await cable.far(far);

  const bytes = Uint8Array.of(1, 2);
  near.write(bytes);
  bytes.fill(9);
  near.write(Uint8Array.of(3));
  await clock.advance(4.9);
  const early = far.heard.length;
  await clock.advance(0.2);

  expect(early).toBe(0);
  expect(far.heard).toEqual([[1, 2], [3]]);
});

test('a pulled cable is lost at both ends, swallows what was under way, and opens again when plugged in', async () => {
  const clock = createVirtualClock();
  const cable = memoryPortPair({ clock, latencyMs: 5 });
  const [nearEnd, farEnd] = [recorder(), recorder()];
  const near = await cable.near(nearEnd);
  await cable.far(farEnd);

  near.write(Uint8Array.of(1));
  cable.unplug();
  await clock.advance(10);

  expect(farEnd.heard).toEqual([]);
  expect([...nearEnd.losses, ...farEnd.losses].map(({ code }) => code)).toEqual(['PORT_LOST', 'PORT_LOST']);
  await expect(cable.near(recorder())).rejects.toMatchObject({ code: 'PORT_UNAVAILABLE' });
  cable.plugIn();
  await expect(cable.near(recorder())).resolves.toMatchObject({ name: 'memory' });
});
