import { describe, expect, test } from 'vitest';
import { withCrc } from '../../drivers/modbus/framing/index.ts';
import type { Profile } from '../../drivers/profile/index.ts';
import { rtuFraming } from '../../simulator/framing/rtu-framing.ts';
import { createRig, profile } from './rig.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const hex = (frame: Uint8Array): string => Buffer.from(frame).toString('hex').toUpperCase();

async function ask(more: Partial<Profile>, frame: Uint8Array): Promise<string> {
  const rig = await createRig({ drives: [{ profile: { ...profile, ...more } }] });
  return hex((await rig.ask(frame)).subarray(0, -2));
}

const readNowhere = withCrc(bytes('01 03 7000 0001'));
const writeOne = withCrc(bytes('01 06 0021 0005'));
const writeMany = withCrc(bytes('01 10 0021 0003 06 0005 0000 0000'));

describe('how a drive says no', () => {
  test('by exceptions, as the standard has it', async () => {
    expect(await ask({}, readNowhere)).toBe('018302');
    expect(await ask({}, writeOne)).toBe('018603');
    expect(await ask({}, writeMany)).toBe('019003');
  });

  test('by a marker in an answer that looks good', async () => {
    expect(await ask({ refusals: 'marker' }, writeOne)).toBe('01060021FFFF');
    expect(await ask({ refusals: 'marker' }, writeMany)).toBe('011000210000');
  });

  test('by function 0x81, whatever was read', async () => {
    expect(await ask({ refusals: 'always-81' }, readNowhere)).toBe('018102');
    expect(await ask({ refusals: 'always-81' }, writeOne)).toBe('018603');
  });

  test('a mishap refuses in the words of the drive', async () => {
    const rig = await createRig({ drives: [{ profile: { ...profile, refusals: 'always-81' } }] });
    rig.line.addMishap({ kind: 'exception', code: 4 });
    expect(hex((await rig.ask(withCrc(bytes('01 03 0000 0001')))).subarray(0, -2))).toBe('018104');
  });
});

describe('a request whose CRC is bad', () => {
  const spoilt = bytes('01 03 0000 0001 0000');

  test('is answered with exception 8 by a drive that does so', async () => {
    const rig = await createRig({ drives: [{ profile: { ...profile, crcErrorException: true } }] });
    // the frame that the manual of such a drive prints
    expect(hex(await rig.ask(spoilt))).toBe('01830840F6');
  });

  test('for somebody else, or for a drive that is silent about it, stays unanswered', async () => {
    const rig = await createRig({ drives: [{ profile: { ...profile, crcErrorException: true } }, { unit: 2 }] });
    expect(hex(await rig.ask(bytes('02 03 0000 0001 0000')))).toBe('');
    const silent = await createRig();
    expect(hex(await silent.ask(spoilt))).toBe('');
  });

  test('is what the drive hears of one that a mishap bent', async () => {
    const rig = await createRig({ drives: [{ profile: { ...profile, crcErrorException: true } }] });
    rig.line.addMishap({ kind: 'truncate', way: 'request', amount: 7 });
    expect(hex((await rig.ask(withCrc(bytes('01 03 0000 0001')))).subarray(0, -2))).toBe('018308');
  });
});

const packed = (address: number, quantity: number, given: Uint8Array) => [address, quantity, ...given];

describe('functions beyond reading and writing', () => {
  const skills = { functionCodes: () => [3, 6, 8, 16, 23], packed: () => null };

  test('are unknown to a drive that has none', async () => {
    expect(await ask({}, withCrc(bytes('01 08 0000 1234')))).toBe('018801');
  });

  test('8 sends the request back, 23 writes before it reads', () => {
    expect(rtuFraming.parse(bytes('01 08 0000 1234'), skills)).toEqual({ kind: 'echo', functionCode: 8 });
    expect(rtuFraming.parse(bytes('01 08 0001 0000'), skills)).toMatchObject({ kind: 'refused', exception: 1 });
    expect(rtuFraming.parse(bytes('01 17 007E 0002 007C 0002 04 0000 0001'), skills)).toMatchObject({
      functionCode: 23,
      address: 0x7c,
      values: [0, 1],
      thenRead: { table: 'holding', address: 0x7e, count: 2 },
    });
  });

  test('an odd byte count is taken only where the drive knows what it means', () => {
    const odd = bytes('01 10 0090 0003 05 01 00 0064 01');
    expect(rtuFraming.parse(odd, skills)).toMatchObject({ kind: 'refused', exception: 3 });
    expect(rtuFraming.parse(odd, { ...skills, packed })).toMatchObject({ values: [0x90, 3, 1, 0, 0, 0x64, 1] });
  });
});
