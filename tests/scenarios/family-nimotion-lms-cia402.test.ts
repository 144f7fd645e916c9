import { describe, expect, test } from 'vitest';
import { shippedProfile } from '../../drivers/profile/index.ts';
import { storyOf, tellCia402Story } from './cia402-story.ts';

const profile = shippedProfile('nimotion-lms-cia402');
const turn = profile.countsPerRevolution;
const { start, enabled, moveTo } = storyOf(profile);

describe('a NiMotion drive', () => {
  tellCia402Story(profile);

  test('that obeys pulses is left alone until it is enabled, and obeys registers from then on', async () => {
    const inPulseMode = { ...profile, resetValues: { ...profile.resetValues, controlMode: 1 } };
    const bench = await start({ simulated: { profile: inPulseMode } });
    const asFound = await bench.settle(bench.drive.readRegisters(0x00b1, 1));

    await bench.run({ kind: 'enable' });
    await bench.run(moveTo(2));
    await bench.clock.advance(3000);
    await bench.run({ kind: 'disable' });
    await bench.run({ kind: 'enable' });

    expect(asFound).toEqual([1]);
    expect(bench.machine.plant().position / turn).toBeCloseTo(2, 3);
    expect(bench.frames().filter(({ address, values }) => address === 0x00b1 && values !== null)).toHaveLength(1);
  });

  test('goes as fast as it is told although its own cap was lower', async () => {
    const capped = { ...profile, resetValues: { ...profile.resetValues, maxProfileVelocity: turn / 10 } };
    const bench = await enabled({ simulated: { profile: capped } });

    await bench.run(moveTo(10));
    await bench.clock.advance(1000);

    expect(bench.machine.plant().velocity / turn).toBeCloseTo(5, 1);
  });

  test('that cannot be told how to end a quick stop brakes and goes without power: that is a stop that is proved', async () => {
    const bench = await enabled();
    await bench.run(moveTo(40));
    await bench.clock.advance(800);

    const proof = await bench.settle(bench.drive.stop());
    await bench.clock.advance(500);

    expect(proof.atRest).toBe(true);
    expect(bench.machine.plant().velocity).toBe(0);
    expect(bench.state().power).toBe('disabled');
  });
});
