import { describe, expect, test } from 'vitest';
import { encodeReadRequest, encodeWriteSingleRequest } from '../../drivers/modbus/framing/index.ts';
import { planReads, planWrites, shippedProfile } from '../../drivers/profile/index.ts';
import { schemeOf } from '../../drivers/schemes/index.ts';
import { hexOf, meet } from '../support/plain-master.ts';
import { goldenFrames } from './golden-frames.ts';

const profile = shippedProfile('dfrobot-dfr1277');
const frames = goldenFrames.filter(({ drive }) => drive === profile.id);
const golden = (name: string): string => hexOf(frames.find((frame) => frame.name === name)!.request);

test('our side makes the read of the vendor id', () => {
  const [block] = planReads(profile, ['vendorId'], { baudRate: 9600, bitsPerCharacter: 10, transactionMs: 5 });

  expect(hexOf(encodeReadRequest({ unit: 1, functionCode: 3, address: block!.address, count: block!.count }))).toBe(
    golden('read VID'),
  );
});

test('our side makes speed -128 of half the full speed backwards, as the scheme plans it', () => {
  const halfBack = -(128 / 255) * (200 / 60) * profile.countsPerRevolution;
  const turn = { kind: 'moveVelocity', velocity: halfBack, acceleration: 1, deceleration: 1 } as const;

  const plan = schemeOf(profile).plan(turn, { statusword: 0, targetVelocity: 0 }, profile);

  const trigger = plan.ok ? plan.steps.find((step) => step.do === 'trigger') : undefined;
  const [frame] = planWrites(profile, trigger?.values ?? {});
  expect(hexOf(encodeWriteSingleRequest({ unit: 1, address: frame!.address, value: frame!.words[0]! }))).toBe(
    golden('speed -128'),
  );
});

describe('the simulated motor answers', () => {
  test.each(frames.map((frame) => [frame.name, frame] as const))('%s as written', async (_, { request, response }) => {
    const master = await meet(profile);

    expect(hexOf(await master.ask(request))).toBe(hexOf(response!));
  });
});
