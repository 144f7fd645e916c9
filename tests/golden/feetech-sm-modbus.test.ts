import { expect, test } from 'vitest';
import { encodeWriteSingleRequest } from '../../drivers/modbus/framing/index.ts';
import { planWrites, shippedProfile } from '../../drivers/profile/index.ts';
import { hexMaster } from '../support/hex-master.ts';
import { goldenFrames } from './golden-frames.ts';

const profile = shippedProfile('feetech-sm-modbus');
const { request, response } = goldenFrames.find(({ drive, name }) => drive === profile.id && name === 'torque on')!;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

test('torque on: the frame that the driver makes', () => {
  const [frame] = planWrites(profile, { torqueEnable: 1 });

  expect(frame!.functionCode).toBe(6);
  expect(hex(encodeWriteSingleRequest({ unit: 1, address: frame!.address, value: frame!.words[0]! }))).toBe(
    hex(request),
  );
});

test('torque on: the answer of the simulated servo', async () => {
  const master = await hexMaster({ profile });

  expect(hex(await master.exchange(request))).toBe(hex(response!));
});
