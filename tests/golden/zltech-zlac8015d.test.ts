import { describe, expect, test } from 'vitest';
import { encodeWriteMultipleRequest, encodeWriteSingleRequest } from '../../drivers/modbus/framing/index.ts';
import {
  channelProfile,
  deniedWrite,
  planReads,
  planWrites,
  polledSignals,
  shippedProfile,
  type ChannelName,
  type Signals,
} from '../../drivers/profile/index.ts';
import { schemeOf, type DriveIntent } from '../../drivers/schemes/index.ts';
import { bytesOf, hexOf, meet } from '../support/plain-master.ts';
import { goldenFrames } from './golden-frames.ts';

const unit = shippedProfile('zltech-zlac8015d');
const own = goldenFrames.filter(({ drive }) => drive === unit.id);
const golden = (name: string) => own.find((frame) => frame.name === name)!;
const RPM = 4096 / 60;
/** A ramp as its register holds it. */
const rampOf = (ms: number) => (1000 * RPM * 1000) / ms;

function written(channel: ChannelName, values: Signals): string {
  const [frame, ...more] = planWrites(channelProfile(unit, channel), values);
  expect(more).toEqual([]);
  const { address, words, functionCode } = frame!;
  return hexOf(
    functionCode === 6
      ? encodeWriteSingleRequest({ unit: 1, address, value: words[0]! })
      : encodeWriteMultipleRequest({ unit: 1, address, values: words }),
  );
}

const writes: readonly (readonly [string, ChannelName, Signals])[] = [
  ['left target 100 rpm', 'left', { targetVelocity: 100 * RPM }],
  ['left target -100 rpm', 'left', { targetVelocity: -100 * RPM }],
  ['right target 100 rpm', 'right', { targetVelocity: 100 * RPM }],
  ['right target -100 rpm', 'right', { targetVelocity: -100 * RPM }],
  ['both target -100', 'left', { targetVelocity: -100 * RPM, neighbourTargetVelocity: -100 * RPM }],
  ['both target -100', 'right', { targetVelocity: -100 * RPM, neighbourTargetVelocity: -100 * RPM }],
  ['speed mode', 'left', { modeOfOperation: 3 }],
  ['rel position mode', 'left', { modeOfOperation: 1 }],
  ['sync', 'left', { syncMode: 1 }],
  ['accel left 500', 'left', { profileAcceleration: rampOf(500) }],
  ['max rpm left 50', 'left', { profileVelocity: 50 * RPM }],
  ['left -20480', 'left', { targetPosition: -20_480 }],
  ['right +20480', 'right', { targetPosition: 20_480 }],
  ['right -20480', 'right', { targetPosition: -20_480 }],
];

/** The last word that a plan sends to the unit. */
function commanded(channel: ChannelName, intent: DriveIntent, now: Signals): string {
  const profile = channelProfile(unit, channel);
  const plan = schemeOf(profile).plan(intent, now, profile);
  const steps = plan.ok ? plan.steps : [];
  const words = steps.flatMap((step) => {
    if (step.do === 'trigger') return [written(channel, step.values)];
    return step.do === 'command' ? [written(channel, { ...step.also, [step.signal]: step.value })] : [];
  });
  return words.at(-1) ?? '';
}

const off: Signals = {
  controlword: 0,
  modeOfOperation: 2,
  motorState: 0,
  neighbourState: 0,
  errorCode: 0,
  neighbourErrorCode: 0,
  actualPosition: 0,
  actualVelocity: 0,
};
const on = { ...off, controlword: 8 };
const move = { kind: 'moveTo', target: 20_480, velocity: 4096, acceleration: 40_960, deceleration: 40_960 };

describe('frames of the manual as the driver makes them', () => {
  test.each(writes)('%s (%s)', (name, channel, values) => {
    expect(written(channel, values)).toBe(hexOf(golden(name).request));
  });

  test('enable, start, stop and emergency stop, as the scheme plans them', () => {
    expect(commanded('left', { kind: 'enable' }, off)).toBe(hexOf(golden('enable').request));
    expect(commanded('left', move as DriveIntent, on)).toBe(hexOf(golden('start left').request));
    expect(commanded('right', move as DriveIntent, on)).toBe(hexOf(golden('start right').request));
    expect(commanded('left', { kind: 'disable' }, on)).toBe(hexOf(golden('stop/disable (correct)').request));
    expect(commanded('right', { kind: 'quickStop' }, on)).toBe(hexOf(golden('e-stop').request));
  });

  test('but for the stop of the manual that writes the Hall offset: it is refused', () => {
    expect(deniedWrite(unit, 0x2031, [7])).toContain('Hall offset');
    expect(deniedWrite(channelProfile(unit, 'right'), 0x2061, [7])).toContain('Hall offset');
  });

  test('a poll of each side is two reads, and the second holds the status of both', () => {
    const wire = { baudRate: 115_200, bitsPerCharacter: 10, transactionMs: 12 };
    for (const channel of ['left', 'right'] as const) {
      const profile = channelProfile(unit, channel);
      const blocks = planReads(profile, polledSignals(profile, 'fast'), wire);
      expect(blocks.map(({ address, count }) => [address, count])).toEqual([
        [0x200d, 2],
        [0x20a2, channel === 'left' ? 12 : 13],
      ]);
    }
  });
});

describe('frames of the manual as the simulated unit answers them', () => {
  test.each(own.map(({ name, request, response }) => [name, request, response] as const))(
    '%s',
    async (_, request, response) => {
      const master = await meet(unit, { channel: 'left' });
      expect(hexOf(await master.ask(request))).toBe(hexOf(response!));
    },
  );

  test('functions and values that it does not know are refused by exceptions 1, 2 and 3', async () => {
    const master = await meet(unit, { channel: 'left' });
    expect(await master.say('01 04 20 A7 00 02')).toBe('01 84 01');
    expect(await master.say('01 03 30 00 00 01')).toBe('01 83 02');
    expect(await master.say('01 06 30 00 00 01')).toBe('01 86 02');
    expect(await master.say('01 06 20 0E 00 42')).toBe('01 86 03');
    expect(await master.say('01 10 20 8A 00 01 02 00 00')).toBe('01 90 03');
    expect(bytesOf('01 90 03')).toHaveLength(3);
  });
});
