import { describe, expect, test } from 'vitest';
import { encodeReadRequest, encodeWriteSingleRequest } from '../../drivers/modbus/framing/index.ts';
import { planReads, planWrites, shippedProfile, type Signals } from '../../drivers/profile/index.ts';
import { bytesOf, hexOf, meet, sealed } from '../support/plain-master.ts';
import { goldenFrames } from './golden-frames.ts';

const profile = shippedProfile('nimotion-lms-cia402');
const frames = goldenFrames.filter(({ drive }) => drive === profile.id);
const golden = (name: string): string => hexOf(frames.find((frame) => frame.name === name)!.request);

function written(values: Signals): string {
  const [frame, ...more] = planWrites(profile, values);
  expect(more).toEqual([]);
  return hexOf(encodeWriteSingleRequest({ unit: 1, address: frame!.address, value: frame!.words[0]! }));
}

describe('our side makes', () => {
  test('the first hop to power, the mode and the status read', () => {
    const [status] = planReads(profile, ['statusword'], { baudRate: 115_200, bitsPerCharacter: 10, transactionMs: 5 });
    const { address, count } = status!;

    expect(written({ controlword: 0x06 })).toBe(golden('controlword shutdown'));
    expect(written({ modeOfOperation: 1 })).toBe(golden('mode PP'));
    expect(hexOf(encodeReadRequest({ unit: 1, functionCode: 3, address, count }))).toBe(golden('read statusword'));
  });

  test('a target high word first, and both ramps in one frame', () => {
    expect(planWrites(profile, { targetPosition: 0x0001_86a0 })).toMatchObject([
      { address: 0x03e7, words: [0x0001, 0x86a0], functionCode: 16 },
    ]);
    expect(planWrites(profile, { profileAcceleration: 1, profileDeceleration: 2 })).toMatchObject([
      { address: 0x03fc, words: [0, 1, 0, 2] },
    ]);
  });
});

describe('the simulated drive answers', () => {
  test.each(frames.filter(({ response }) => response !== null).map((frame) => [frame.name, frame] as const))(
    '%s as written',
    async (_, { request, response }) => {
      const master = await meet(profile);

      expect(hexOf(await master.ask(request))).toBe(hexOf(response!));
    },
  );

  test('the status read with Switch on disabled', async () => {
    const master = await meet(profile);

    expect(hexOf(await master.ask(bytesOf(golden('read statusword'))))).toBe(hexOf(sealed(bytesOf('01 03 02 06 50'))));
  });

  test('what it does not know with the exceptions of Modbus', async () => {
    const master = await meet(profile);

    expect(await master.say('01 03 7F 00 00 01')).toBe('01 83 02');
    expect(await master.say('01 06 03 81 00 01')).toBe('01 86 02');
  });
});
