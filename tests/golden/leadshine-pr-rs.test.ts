import { describe, expect, test } from 'vitest';
import {
  encodeReadRequest,
  encodeWriteMultipleRequest,
  encodeWriteSingleRequest,
} from '../../drivers/modbus/framing/index.ts';
import { planReads, planWrites, shippedProfile, type Signals } from '../../drivers/profile/index.ts';
import { schemeOf, type DriveIntent } from '../../drivers/schemes/index.ts';
import { bytesOf, hexOf, meet, sealed } from '../support/plain-master.ts';
import { goldenFrames } from './golden-frames.ts';

// Frames of the manuals against both sides: our profile makes the requests, the simulated drive gives the answers.

const profile = shippedProfile('leadshine-pr-rs');
const golden = (name: string) => {
  const found = goldenFrames.find((frame) => frame.drive === 'leadshine-pr-rs' && frame.name === name);
  if (found === undefined) throw new Error(`no frame ${name}`);
  return { request: hexOf(found.request), response: found.response === null ? null : hexOf(found.response) };
};
const wire = { baudRate: 38_400, bitsPerCharacter: 10, transactionMs: 40 };

function written(unit: number, values: Signals): string {
  const [frame, ...more] = planWrites(profile, values);
  expect(more).toEqual([]);
  const { address, words, functionCode } = frame!;
  return hexOf(
    functionCode === 6
      ? encodeWriteSingleRequest({ unit, address, value: words[0]! })
      : encodeWriteMultipleRequest({ unit, address, values: words }),
  );
}
function planned(intent: DriveIntent): string {
  const plan = schemeOf(profile).plan(
    intent,
    { statusword: 0x02, pathTrigger: 0, commandPosition: 7, actualPosition: 7 },
    profile,
  );
  const [last] = plan.ok ? plan.steps.filter((step) => step.do === 'trigger' || step.do === 'command') : [];
  if (last?.do === 'trigger') return written(1, last.values);
  return last?.do === 'command' ? written(1, { [last.signal]: last.value }) : '';
}
async function answered(request: string): Promise<string> {
  const unit = bytesOf(request)[0]!;
  const master = await meet(profile, { unit });
  return hexOf(await master.ask(bytesOf(request)));
}

describe('our side makes', () => {
  const oneFrame = {
    pathMode: 1,
    targetPosition: 10_000,
    profileVelocity: 0,
    profileAcceleration: 1e10 / 60 / 10_000,
    profileDeceleration: 1e10 / 60 / 10_000,
    pathDwell: 0,
    pathSpecial: 0x10,
  };

  test('the frame that carries parameters and start', () => {
    expect(written(7, oneFrame)).toBe(golden('PR0 one-frame immediate start').request);
  });

  test('the status read', () => {
    const [block] = planReads(profile, ['statusword'], wire);
    const { address, count } = block!;
    expect(hexOf(encodeReadRequest({ unit: 1, functionCode: 3, address, count }))).toBe(
      golden('read motion status').request,
    );
  });

  test('quick stop and homing, as the scheme plans them', () => {
    expect(planned({ kind: 'quickStop' })).toBe(golden('quick stop').request);
    const home = { kind: 'home', method: 17, position: 0, fast: 20_000, slow: 4000, acceleration: 100_000 };
    expect(planned(home as DriveIntent)).toBe(golden('home').request);
  });

  test('the save of the manual, though no command does', () => {
    expect(written(1, { saveCommand: 0x2244 })).toBe(hexOf(sealed(bytesOf('01 06 18 01 22 44'))));
  });
});

describe('the simulated drive answers', () => {
  test.each(['PR0 one-frame immediate start', 'quick stop', 'home'])('%s as printed', async (name) => {
    const { request, response } = golden(name);
    expect(await answered(request)).toBe(response);
  });

  test('the status read with one word', async () => {
    expect(await answered(golden('read motion status').request)).toBe(hexOf(sealed(bytesOf('01 03 02 00 00'))));
  });

  test('the manual’s example of two inputs', async () => {
    expect(await answered('01 10 01 46 00 04 08 00 00 00 28 00 00 00 29 1C 14')).toBe('01 10 01 46 00 04 21 E3');
  });
});
