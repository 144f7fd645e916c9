import { describe, expect, test } from 'vitest';
import { createVirtualClock } from '../../drivers/base/index.ts';
import {
  encodeReadRequest,
  encodeWriteMultipleRequest,
  encodeWriteSingleRequest,
} from '../../drivers/modbus/framing/index.ts';
import { createLine } from '../../drivers/modbus/index.ts';
import { planReads, planWrites, shippedProfile, type SignalName, type Signals } from '../../drivers/profile/index.ts';
import { createVirtualSite, openMemoryDoor } from '../../simulator/index.ts';
import { hexMaster } from '../support/hex-master.ts';
import { goldenFrames, type GoldenFrame } from './golden-frames.ts';

const profile = shippedProfile('mks-servo42d-57d');
const own = goldenFrames.filter(({ drive }) => drive === profile.id);
const frameOf = (name: string): GoldenFrame => own.find((golden) => golden.name === name)!;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const RPM = 16_384 / 60;
/** What the manual's examples have: acceleration code 2, 300 rpm. */
const ramp = { profileAcceleration: (20_000 * RPM) / 254, profileVelocity: 300 * RPM };
const stop = { ...ramp, profileVelocity: 0, targetPosition: 0 };

const reads: readonly (readonly [string, SignalName])[] = [
  ['read run status', 'runState'],
  ['read coordinate (int48)', 'actualPosition'],
  ['read speed', 'actualVelocity'],
  ['read angle error', 'followingError'],
  ['read enable', 'enableState'],
  ['read stall', 'stallFlag'],
  ['read version', 'firmwareVersion'],
  ['read io', 'digitalInputs'],
];

const writes: readonly (readonly [string, Signals])[] = [
  ['emergency stop', { stopAtOnce: 1 }],
  ['clear stall', { stallRelease: 1 }],
  ['restart', { restartCommand: 1 }],
  ['set zero', { setZero: 1 }],
  ['enable', { enableCommand: 1 }],
  ['home mode endstop 0x94', { homingOffset: 0x2000, homingKind: 0, homingCurrent: 600 }],
  ['abs coord 0x28000', { ...ramp, targetPosition: 0x28000 }],
  ['abs coord long', { ...ramp, targetPosition: 0x090a_8000 }],
  ['abs coord stop', stop],
];

describe('frames of the MKS manual as the driver makes them', () => {
  test.each(reads)('%s', (name, signal) => {
    const wire = { baudRate: 38_400, bitsPerCharacter: 10, transactionMs: 5 };
    const [block] = planReads(profile, [signal], wire);

    expect(block!.table).toBe('input');
    expect(hex(encodeReadRequest({ unit: 1, functionCode: 4, address: block!.address, count: block!.count }))).toBe(
      hex(frameOf(name).request),
    );
  });

  test.each(writes)('%s', (name, values) => {
    const [{ address, words, functionCode } = { address: 0, words: [], functionCode: 6 }, ...more] = planWrites(
      profile,
      values,
    );
    const bytes =
      functionCode === 6
        ? encodeWriteSingleRequest({ unit: 1, address, value: words[0]! })
        : encodeWriteMultipleRequest({ unit: 1, address, values: words });

    expect(more).toEqual([]);
    expect(hex(bytes)).toBe(hex(frameOf(name).request));
  });
});

describe('frames of the MKS manual as the simulated drive answers them', () => {
  const printed = own.filter(({ response, name }) => response !== null && !name.includes('refused'));

  test.each(printed.map((golden) => [golden.name, golden] as const))('%s', async (_, { request, response }) => {
    const master = await hexMaster({ profile });

    expect(hex(await master.exchange(request))).toBe(hex(response!));
  });

  test('in a pulse mode it refuses to be enabled with the value FFFF', async () => {
    const { request, response } = frameOf('FC06 refused (data FFFF)');
    const master = await hexMaster({ profile });
    await master.ask('01 06 00 82 00 02');

    expect(hex(await master.exchange(request))).toBe(hex(response!));
  });

  const open = own.filter(({ response }) => response === null);

  test.each(open.map((golden) => [golden.name, golden] as const))('%s, whatever it says', async (_, { request }) => {
    const master = await hexMaster({ profile });

    const answer = await master.exchange(request);

    const isRead = request[1] === 4;
    const echoed = isRead ? 2 : 6;
    expect([...answer.subarray(0, echoed)]).toEqual([...request.subarray(0, echoed)]);
    expect(answer).toHaveLength(isRead ? 5 + 2 * request[5]! : 8);
  });
});

test('the homing set-up with its five bytes goes over the line as a raw frame', async () => {
  const clock = createVirtualClock();
  const { serial } = profile;
  const drives = [{ name: 'drive', unit: 1, profile }];
  const site = createVirtualSite({ clock, lines: [{ name: 'line', serial, paced: true, drives }] });
  const open = openMemoryDoor(site.lines.get('line')!, clock);
  const line = createLine({ name: 'line', framing: 'rtu', clock, serial, open });
  await clock.advance(10);

  const answer = line.raw(
    { unit: 1, bytes: Uint8Array.of(1, 0x10, 0, 0x90, 0, 3, 5, 0, 1, 0, 0x3c, 0), answerLength: 6 },
    { lane: 'write', turnaroundMs: 10 },
  );
  await clock.advance(100);

  expect([...(await answer)]).toEqual([1, 0x10, 0, 0x90, 0, 3]);
  await line.close();
  site.close();
});
