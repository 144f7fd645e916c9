import { describe, expect, test } from 'vitest';
import {
  decodeBlock,
  planReads,
  planWrites,
  polledSignals,
  type Profile,
  type Register,
} from '../../../drivers/profile/index.ts';
import { changed, problemsOf, profileOf } from './profile-text.ts';

const wire = { baudRate: 38_400, bitsPerCharacter: 10, transactionMs: 5 };

const whole = (own: Partial<Register>): Register => ({
  address: 0,
  type: 'u16',
  table: 'input',
  access: 'read',
  poll: 'never',
  scale: 1,
  eeprom: false,
  see: 'test',
  ...own,
});

/** A drive whose addresses are commands with lengths of their own, after the manner of MKS. */
const commands: Profile = {
  ...profileOf(),
  registers: {
    actualPosition: whole({ address: 0x31, type: 'i48', block: { words: 3, at: 0 }, poll: 'fast' }),
    actualVelocity: whole({ address: 0x32, type: 'i16', block: { words: 1, at: 0 }, poll: 'fast' }),
    statusword: whole({ address: 0x3b, type: 'u8-low', block: { words: 1, at: 0 }, poll: 'fast' }),
    errorCode: whole({ address: 0x3b, type: 'u8-high', block: { words: 1, at: 0 }, poll: 'fast' }),
    profileAcceleration: whole({ address: 0xf5, block: { words: 4, at: 0 }, access: 'write', table: 'holding' }),
    profileVelocity: whole({ address: 0xf5, block: { words: 4, at: 1 }, access: 'write', table: 'holding' }),
    targetPosition: whole({
      address: 0xf5,
      type: 'i32',
      block: { words: 4, at: 2 },
      access: 'write',
      table: 'holding',
    }),
    controlword: whole({ address: 0xf3, access: 'write', table: 'holding' }),
    modeOfOperation: whole({ address: 0xf4, access: 'write', table: 'holding' }),
  },
};

describe('command blocks', () => {
  test('each is read by itself and whole, although the addresses lie side by side and on one another', () => {
    const blocks = planReads(commands, polledSignals(commands, 'fast'), wire);

    expect(blocks.map(({ address, count }) => [address, count]).toSorted(([a = 0], [b = 0]) => a - b)).toEqual([
      [0x31, 3],
      [0x32, 1],
      [0x3b, 1],
    ]);
  });

  test('the values are taken from their places inside', () => {
    const [block] = planReads(commands, ['errorCode', 'statusword'], wire);

    expect(decodeBlock(block!, [0x0102])).toEqual({ errorCode: 1, statusword: 2 });
  });

  test('a value may begin in the middle of its block', () => {
    const inner = { ...commands, registers: { temperature: whole({ address: 9, block: { words: 3, at: 2 } }) } };

    const [block] = planReads(inner, ['temperature'], wire);

    expect([block!.address, block!.count, decodeBlock(block!, [1, 2, 3])]).toEqual([9, 3, { temperature: 3 }]);
  });

  test('one is written as one frame with every value in its place', () => {
    const frames = planWrites(commands, { targetPosition: -2, profileVelocity: 300, profileAcceleration: 200 });

    expect(frames).toEqual([
      {
        address: 0xf5,
        functionCode: 16,
        words: [200, 300, 0xffff, 0xfffe],
        signals: ['targetPosition', 'profileVelocity', 'profileAcceleration'],
      },
    ]);
  });

  test('a part of one is refused with the names of the rest, because the other words would be an invention', () => {
    expect(() => planWrites(commands, { targetPosition: 1 })).toThrow(
      /targetPosition can be written only together with profileVelocity, profileAcceleration/,
    );
  });

  test('it never merges with a neighbour, nor a neighbour with it', () => {
    const values = {
      controlword: 1,
      modeOfOperation: 2,
      targetPosition: 0,
      profileVelocity: 0,
      profileAcceleration: 0,
    };

    expect(planWrites(commands, values).map(({ address, words }) => [address, words.length])).toEqual([
      [0xf3, 2],
      [0xf5, 4],
    ]);
  });

  test('two commands of one address but other lengths are two commands', () => {
    const text = changed(
      ['temperature: { address: 0x0012', 'temperature: { address: 0x00F6, block: { words: 2 }'],
      ['supplyVoltage: { address: 0x0013', 'supplyVoltage: { address: 0x00F6, block: { words: 4 }'],
    );

    expect(problemsOf(text)).toEqual([]);
  });

  test.each([
    ['two values in one place', ['{ words: 2 }', '{ words: 2 }'], 'registers.supplyVoltage.address'],
    ['a place outside', ['{ words: 2, at: 2 }', '{ words: 4 }'], 'registers.temperature.block.at'],
  ] as const)('a profile with %s is refused', (_, [temperature, supplyVoltage], path) => {
    const text = changed(
      ['temperature: { address: 0x0012', `temperature: { address: 0x00F6, block: ${temperature}`],
      ['supplyVoltage: { address: 0x0013', `supplyVoltage: { address: 0x00F6, block: ${supplyVoltage}`],
    );

    expect(problemsOf(text).map((problem) => problem.path)).toEqual([path]);
  });

  test('a value that begins inside and ends outside is refused, and a poll of more than the drive gives at once', () => {
    const outside = changed([
      'serialNumber: { address: 0x0010',
      'serialNumber: { address: 0x00F6, block: { words: 1 }',
    ]);
    const tooLong = changed(['temperature: { address: 0x0012', 'temperature: { address: 0x00F6, block: { words: 65 }']);

    expect(problemsOf(outside).map(({ path }) => path)).toEqual(['registers.serialNumber.block.at']);
    expect(problemsOf(tooLong).map(({ path }) => path)).toEqual(['registers.temperature.poll']);
  });
});
