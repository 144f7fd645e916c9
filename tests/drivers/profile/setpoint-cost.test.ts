import { expect, test } from 'vitest';
import { setpointMs, shippedProfile } from '../../../drivers/profile/index.ts';

const wire = (baudRate: number) => ({ framing: 'rtu' as const, baudRate, bitsPerCharacter: 10, transactionMs: 4 });

test('a set-point of the reference drive takes five transactions, each as long as its bytes and the turnaround', () => {
  const profile = shippedProfile('kpower-reference');
  // status of 13 registers twice, parameters of 8 registers written and read back, one trigger register
  const bytes = 2 * (8 + 5 + 2 * 13) + 2 * (8 + 5 + 2 * 8) + (8 + 5 + 2);

  expect(setpointMs(profile, wire(115_200))).toBeCloseTo(5 * 4 + (bytes * 10_000) / 115_200, 6);
  expect(setpointMs(profile, wire(9600))).toBeCloseTo(5 * 4 + (bytes * 10_000) / 9600, 6);
});
