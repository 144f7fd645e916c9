import { describe, expect, test } from 'vitest';
import { encodeReadRequest, encodeWriteMultipleRequest } from '../../drivers/modbus/framing/index.ts';
import { planReads, planWrites, shippedProfile, type Signals } from '../../drivers/profile/index.ts';
import { bytesOf, hexOf, meet, sealed } from '../support/plain-master.ts';
import { goldenFrames } from './golden-frames.ts';

// Frames of the manual against both sides: our profile makes the requests, the simulated drive gives the answers.

const profile = shippedProfile('oriental-blvr-az');
const wire = { baudRate: 230_400, bitsPerCharacter: 11, transactionMs: 10 };
const golden = (name: string) => {
  const found = goldenFrames.find((frame) => frame.drive === 'oriental-blvr-az' && frame.name === name);
  if (found === undefined) throw new Error(`no frame ${name}`);
  return { request: hexOf(found.request), response: found.response === null ? null : hexOf(found.response) };
};
const withCrc = (hex: string): string => hexOf(sealed(bytesOf(hex)));

function written(unit: number, values: Signals): string {
  const [frame, ...more] = planWrites(profile, values);
  expect(more).toEqual([]);
  return hexOf(encodeWriteMultipleRequest({ unit, address: frame!.address, values: frame!.words }));
}
async function answered(...requests: readonly string[]): Promise<string> {
  const master = await meet(profile, { unit: bytesOf(requests[0]!)[0]! });
  let answer = '';
  for (const request of requests) answer = hexOf(await master.ask(bytesOf(request)));
  return answer;
}

const block = { profileAcceleration: 1000, profileDeceleration: 2500, torqueLimit: 100, directDataTrigger: 1 };

describe('our side makes', () => {
  test('1000 r/min, as the manual writes it in one frame', () => {
    const values = { ...block, operationType: 48, targetPosition: 0, profileVelocity: 1000 };
    expect(written(1, values)).toBe(golden('direct data: type 48 cont. speed 1000 r/min').request);
  });

  test('the stop on a ramp', () => {
    const values = { ...block, operationType: 0, targetPosition: 0, profileVelocity: 0 };
    expect(written(1, values)).toBe(golden('direct data: type 0 decel stop').request);
  });

  test('velocity and ramps of a drive on address 4', () => {
    const values = { profileVelocity: 1000, profileAcceleration: 1000, profileDeceleration: 2000 };
    expect(written(4, values)).toBe('04 10 00 5E 00 06 0C 00 00 03 E8 00 00 03 E8 00 00 07 D0 43 C0');
  });

  test('the read of both temperatures', () => {
    const [read] = planReads(profile, ['temperature', 'motorTemperature'], wire);
    const { address, count } = read!;
    expect(hexOf(encodeReadRequest({ unit: 1, functionCode: 3, address, count }))).toBe('01 03 00 F8 00 04 C5 F8');
  });
});

describe('the simulated drive answers', () => {
  test('the diagnosis with its copy', async () => {
    const { request, response } = golden('FC08 echo');
    expect(await answered(request)).toBe(response);
  });

  test('temperatures as the manual prints them', async () => {
    expect(await answered('01 03 00 F8 00 04 C5 F8')).toBe('01 03 08 00 00 01 7F 00 00 01 AA 00 23');
  });

  test('one word of a pair that is written alone', async () => {
    expect(await answered('02 06 02 55 00 50 98 6D')).toBe('02 06 02 55 00 50 98 6D');
    expect(await answered('02 06 02 55 00 50 98 6D', withCrc('02 03 02 54 00 02'))).toBe(
      withCrc('02 03 04 00 00 00 50'),
    );
  });

  test('a block of parameters', async () => {
    const request = '04 10 00 5E 00 06 0C 00 00 03 E8 00 00 03 E8 00 00 07 D0 43 C0';
    expect(await answered(request)).toBe('04 10 00 5E 00 06 21 8C');
  });

  test('a write with a read behind it in one frame', async () => {
    const request = '01 17 00 F8 00 04 00 5E 00 06 0C 00 00 03 E8 00 00 03 E8 00 00 07 D0 C6 00';
    expect(await answered(request)).toBe('01 17 08 00 00 01 7F 00 00 01 AA 40 63');
  });

  test('registers that our profile does not name', async () => {
    const area = withCrc('01 10 07 00 00 06 0C 00 00 00 00 00 00 00 0A 00 00 00 01');
    expect(area.endsWith('E1 27')).toBe(true);
    expect(await answered(area, '01 03 07 00 00 06 C4 BC')).toBe('01 03 0C 00 00 00 00 00 00 00 0A 00 00 00 01 CA B1');
  });

  test('a start that cannot be carried out with exception 4', async () => {
    const { request } = golden('direct data: type 48 cont. speed 1000 r/min');
    expect(await answered(request)).toBe(golden('exception slave error').request);
  });

  test('the same start with its address and length once it is ready', async () => {
    const enable = withCrc('01 06 00 7D 00 01');
    const status = withCrc('01 03 00 7E 00 02');
    const { request } = golden('direct data: type 48 cont. speed 1000 r/min');
    // the manual's "read, then start": each question takes its time on the line
    const master = await meet(profile);
    await master.ask(bytesOf(enable));
    await master.clock.advance(50);
    expect(hexOf(await master.ask(bytesOf(status)))).toBe(withCrc('01 03 04 00 00 04 09'));
    expect(hexOf(await master.ask(bytesOf(request)))).toBe(withCrc('01 10 00 5A 00 0E'));
    await master.clock.advance(1500);
    expect(master.plant().velocity).toBeCloseTo(1000 * 600, -4);
    await master.ask(bytesOf(golden('direct data: type 0 decel stop').request));
    await master.clock.advance(3500);
    expect(master.plant().velocity).toBe(0);
  });
});
