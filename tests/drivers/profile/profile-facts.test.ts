import { describe, expect, test } from 'vitest';
import { channelNames, channelProfile, deniedWrite } from '../../../drivers/profile/index.ts';
import { changed, lineOf, problemsOf, profileOf } from './profile-text.ts';

const TEMPERATURE =
  '  temperature: { address: 0x0012, type: i16, access: read, poll: slow, scale: 0.1, unit: degC, see: own register }\n';
const CHANNELS = `channels:
  left:
    registers:
      temperature: { address: 0x0070, type: i16, access: read, poll: slow, see: own register }
  right:
    registers:
      temperature: { address: 0x0071, type: i16, access: read, poll: slow, see: own register }
`;
const twoAxes = changed([TEMPERATURE, ''], ['resetValues:\n', `${CHANNELS}resetValues:\n`]);

describe('two axes in one unit', () => {
  test('each has the common registers and its own', () => {
    const profile = profileOf([TEMPERATURE, ''], ['resetValues:\n', `${CHANNELS}resetValues:\n`]);

    const [left, right] = channelNames(profile).map((name) => channelProfile(profile, name));

    expect(channelNames(profile)).toEqual(['left', 'right']);
    expect([left!.registers.temperature!.address, right!.registers.temperature!.address]).toEqual([0x70, 0x71]);
    expect(left!.registers.statusword).toEqual(profile.registers.statusword);
    expect(left!.channels).toBeUndefined();
  });

  test('a unit with one axis has no channels, and its profile is the whole', () => {
    const profile = profileOf();

    expect(channelNames(profile)).toEqual([]);
    expect(channelProfile(profile, null)).toBe(profile);
    expect(channelProfile(profile, 'left')).toBe(profile);
  });

  test('a register that both have for themselves is no overlap; one on a common register is, and is found in its channel', () => {
    const text = twoAxes.replace('0x0071', '0x0000');

    expect(problemsOf(twoAxes)).toEqual([]);
    expect(problemsOf(text)).toEqual([
      expect.objectContaining({
        path: 'channels.right.registers.temperature.address',
        line: lineOf(text, '      temperature: { address: 0x0000'),
      }),
    ]);
  });

  test('what is wrong with the common part is said once, not for each axis', () => {
    expect(problemsOf(twoAxes.replace('minMs: 50', 'minMs: 59999')).map(({ path }) => path)).toEqual(['watchdog']);
  });
});

describe('facts and schemes', () => {
  test('a profile of one family with the facts of another is refused: they would be believed to have an effect', () => {
    const foreign = changed(['cia402:\n', 'goalPosition: {}\ncia402:\n']);

    expect(problemsOf(foreign).map(({ path, line }) => [path, line])).toEqual([
      ['goalPosition', lineOf(foreign, 'goalPosition')],
    ]);
  });

  test('a profile without the facts of its own family is refused', () => {
    const without = changed([
      'cia402:\n  referencedBit: 15\n  inputs: { negativeLimit: 0, positiveLimit: 1, home: 2 }\n',
      '',
    ]);

    expect(problemsOf(without)).toEqual([
      expect.objectContaining({ path: 'scheme', expected: expect.stringContaining('cia402') as string }),
    ]);
  });
});

describe('the deny list', () => {
  const deny = `deny:
  - { address: 0x0031, why: 'saved Hall offset' }
  - { address: 0x00FF, values: [0xC8], why: 'runs at power-up' }
`;
  const profile = profileOf(['resetValues:\n', `${deny}resetValues:\n`]);

  test('forbids every value of a register, or only the dangerous one', () => {
    expect(deniedWrite(profile, 0x31, [0])).toBe(
      'kpower-reference forbids writing 0 to register 49: saved Hall offset',
    );
    expect(deniedWrite(profile, 0xff, [0xc8])).toContain('runs at power-up');
    expect(deniedWrite(profile, 0xff, [0xca])).toBeNull();
    expect(deniedWrite(profile, 0x32, [0xc8])).toBeNull();
  });

  test('finds a forbidden register in the middle of a longer write', () => {
    expect(deniedWrite(profile, 0x30, [1, 2, 3])).toContain('register 49');
    expect(deniedWrite(profile, 0x2f, [1, 2])).toBeNull();
  });

  test('takes the words of a command block for what they are: they lie in no register but the first', () => {
    const { registers } = profile;
    const block = { ...registers.targetPosition!, address: 0xfd, block: { words: 4, at: 2 } };
    const withBlock = { ...profile, registers: { ...registers, targetPosition: block } };
    const first = { ...withBlock, deny: [{ address: 0xfd, why: 'moves relatively' }] };

    // 0xC8 as the third word, the high word of the position, would lie at 0xFF if this were a row of registers
    expect(deniedWrite(withBlock, 0xfd, [0, 0, 0xc8, 0])).toBeNull();
    expect(deniedWrite(profile, 0xfd, [0, 0, 0xc8, 0])).toContain('register 255');
    expect(deniedWrite(first, 0xfd, [0, 0, 0, 0])).toContain('moves relatively');
  });
});
