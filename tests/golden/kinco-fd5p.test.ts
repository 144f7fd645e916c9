import { describe, expect, test } from 'vitest';
import { encodeWriteMultipleRequest, encodeWriteSingleRequest } from '../../drivers/modbus/framing/index.ts';
import { planWrites, shippedProfile, type Signals } from '../../drivers/profile/index.ts';
import { bytesOf, hexOf, meet, sealed } from '../support/plain-master.ts';
import { goldenFrames } from './golden-frames.ts';

// Frames of the manuals against both sides: our profile makes the requests, the simulated drive gives the answers.

const profile = shippedProfile('kinco-fd5p');
const golden = (name: string): string => {
  const found = goldenFrames.find((frame) => frame.drive === profile.id && frame.name === name);
  if (found === undefined) throw new Error(`no frame ${name}`);
  return hexOf(found.request);
};
/** The manual of FD5P prints these besides. */
const READ_STATUS = '01 03 32 00 00 02 CA B3';
const SPEED_100_RPM = '01 10 6F 00 00 02 04 4E 82 00 1B ED 56';

function written(values: Signals): string {
  const [frame, ...more] = planWrites(profile, values);
  expect(more).toEqual([]);
  const { address, words, functionCode } = frame!;
  return hexOf(
    functionCode === 6
      ? encodeWriteSingleRequest({ unit: 1, address, value: words[0]! })
      : encodeWriteMultipleRequest({ unit: 1, address, values: words }),
  );
}

describe('our side makes', () => {
  test('the controlword of the manual', () => {
    expect(written({ controlword: 0x0f })).toBe(golden('controlword 0x0F'));
  });

  test('the speeds of the manuals, low word first: 200 rpm at 10 000 counts, 100 rpm at 65 536', () => {
    expect(written({ targetVelocity: (200 / 60) * 10_000 })).toBe(golden('target speed 0x00085555 low word first'));
    expect(written({ targetVelocity: (100 / 60) * 65_536 })).toBe(SPEED_100_RPM);
  });
});

describe('the simulated drive answers', () => {
  test.each([
    ['the controlword by repeating it', golden('controlword 0x0F'), golden('controlword 0x0F')],
    [
      'the speed by address and quantity',
      golden('target speed 0x00085555 low word first'),
      hexOf(sealed(bytesOf('01 10 6F 00 00 02'))),
    ],
    ['the other speed too', SPEED_100_RPM, hexOf(sealed(bytesOf('01 10 6F 00 00 02')))],
    [
      'the status with the word behind it: ready to switch on, commutation found',
      READ_STATUS,
      hexOf(sealed(bytesOf('01 03 04 46 31 00 00'))),
    ],
  ])('%s', async (_, request, answer) => {
    const master = await meet(profile);

    expect(hexOf(await master.ask(bytesOf(request)))).toBe(answer);
  });

  test('what it cannot read with function 81, and what it cannot write with 86 and 90', async () => {
    const master = await meet(profile);

    expect(await master.say('01 03 12 34 00 01')).toBe('01 81 02');
    expect(await master.say('01 06 32 00 00 01')).toBe('01 86 02');
    expect(await master.say('01 10 12 34 00 02 04 00 00 00 00')).toBe('01 90 02');
    expect(await master.say('01 06 35 00 00 63')).toBe('01 86 03');
  });
});
