import { describe, expect, test } from 'vitest';
import { hasGoodCrc, withCrc } from '../../drivers/modbus/framing/index.ts';
import { dooyaFraming } from '../../simulator/framing/dooya-framing.ts';
import { goldenFrames } from '../golden/golden-frames.ts';

const frames = goldenFrames.filter(({ drive }) => drive.startsWith('dooya'));
const golden = (name: string) => frames.find((frame) => frame.name === name)!;
const bodyOf = (frame: Uint8Array) => frame.subarray(0, -2);
const skills = { functionCodes: () => [], packed: () => null };
const parsed = (name: string) => dooyaFraming.parse(bodyOf(golden(name).request), skills);

describe('frames of the curtain drive', () => {
  test.each(frames.map((frame) => [frame.name, frame]))('%s ends where its first bytes say', (_, { request }) => {
    for (let to = 0; to < 6; to++) expect(dooyaFraming.requestLength(request, to)).toBe('more');
    expect(dooyaFraming.requestLength(request, request.length)).toBe(request.length);
  });

  test('name the drive by two bytes, the low one first; 0 is all', () => {
    expect(dooyaFraming.unitOf(golden('open').request)).toBe(0x3412);
    expect(dooyaFraming.unitOf(golden('group open (no reply)').request)).toBe(0);
  });

  test('read bytes, write bytes, and command beside them', () => {
    expect(parsed('read position')).toMatchObject({ kind: 'read', address: 2, count: 1 });
    expect(parsed('write address')).toMatchObject({ kind: 'write', address: 0, values: [0x12, 0x34] });
    expect(parsed('open')).toMatchObject({ kind: 'write', address: 0x301, values: [] });
    expect(parsed('percent refused')).toMatchObject({ kind: 'write', address: 0x304, values: [0x1e] });
  });

  test('are answered as printed', () => {
    const readAnswer = dooyaFraming.readAnswer(bodyOf(golden('read position').request), Uint16Array.of(0x1e));
    expect(withCrc(readAnswer)).toEqual(golden('read position').response);
    expect(withCrc(dooyaFraming.writeAnswer(bodyOf(golden('open').request)))).toEqual(golden('open').response);
    const refusal = dooyaFraming.refusal(bodyOf(golden('percent refused').request), 3, 'standard');
    expect(withCrc(refusal)).toEqual(golden('percent refused').response);
  });

  test('from another drive still have a good CRC', () => {
    const foreign = dooyaFraming.readdressed(golden('read position').response!, 0x0102);
    expect([hasGoodCrc(foreign), dooyaFraming.unitOf(foreign)]).toEqual([true, 0x0102]);
  });

  test('of Modbus are none of theirs', () => {
    expect(dooyaFraming.requestLength(Uint8Array.of(1, 3, 0, 0, 0, 1), 6)).toBe('unknown');
  });
});
