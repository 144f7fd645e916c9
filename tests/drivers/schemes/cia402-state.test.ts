import { describe, expect, test } from 'vitest';
import { shippedProfile, type Signals } from '../../../drivers/profile/index.ts';
import { schemeOf, type DriveState } from '../../../drivers/schemes/index.ts';

const profile = shippedProfile('kpower-reference');
const scheme = schemeOf(profile);
const stateOf = (signals: Signals): DriveState => scheme.toDriveState(signals, profile);

describe('the statusword', () => {
  test('a statusword that was not read is unknown, and nothing is claimed', () => {
    expect(stateOf({})).toEqual({
      power: 'unknown',
      position: null,
      velocity: null,
      followingError: null,
      torque: null,
      temperature: null,
      supplyVoltage: null,
      moving: null,
      targetReached: null,
      setpointCounter: null,
      homing: 'idle',
      referenced: null,
      internalLimit: false,
      limits: { negative: null, positive: null, home: null },
      fault: null,
      warning: false,
      bootCounter: null,
    });
  });

  test.each([
    [0x0027, 'running'],
    [0x0427, 'idle'],
    [0x1027, 'running'],
    [0x1427, 'attained'],
    [0x2027, 'error'],
    [0x2427, 'error'],
    [0x3427, 'error'],
  ])('in homing mode %s reads as %s', (statusword, homing) => {
    expect(stateOf({ statusword, modeDisplay: 6 }).homing).toBe(homing);
  });

  test('bits 12 and 13 mean homing in homing mode only, and only while enabled', () => {
    expect(stateOf({ statusword: 0x1427, modeDisplay: 1 }).homing).toBe('idle');
    expect(stateOf({ statusword: 0x3427, modeDisplay: 3 }).homing).toBe('idle');
    expect(stateOf({ statusword: 0x1440, modeDisplay: 6 }).homing).toBe('idle');
  });

  test('flags: warning, target reached, internal limit, referenced', () => {
    expect(stateOf({ statusword: 0x27 })).toMatchObject({
      warning: false,
      targetReached: false,
      internalLimit: false,
      referenced: false,
    });
    expect(stateOf({ statusword: 0x27 | 0x80 | 0x400 | 0x800 | 0x8000 })).toMatchObject({
      warning: true,
      targetReached: true,
      internalLimit: true,
      referenced: true,
    });
  });
});

describe('what the drive says of itself', () => {
  test('limit switches stand in the bits that the profile names', () => {
    expect(stateOf({ statusword: 0x27, digitalInputs: 0b010 }).limits).toEqual({
      negative: false,
      positive: true,
      home: false,
    });
  });

  test('encoder noise at rest is not motion; a slow creep is', () => {
    expect(stateOf({ actualVelocity: 9 }).moving).toBe(false);
    expect(stateOf({ actualVelocity: -11 }).moving).toBe(true);
  });

  test('a fault has the text, category and remedy of the profile', () => {
    expect(stateOf({ statusword: 0x08, errorCode: 0x7305 }).fault).toMatchObject({
      category: 'sensor',
      resettable: false,
      remedy: expect.stringContaining('encoder') as string,
    });
  });

  test('a fault that the profile does not list keeps its code and the category of its leading digit', () => {
    expect(stateOf({ statusword: 0x0f, errorCode: 0x4210 }).fault).toEqual({
      code: 0x4210,
      category: 'temperature',
      text: 'Drive fault 0x4210',
      remedy: null,
      resettable: true,
    });
    expect(stateOf({ statusword: 0x08 }).fault).toMatchObject({ code: 0, category: 'other' });
  });

  test('an error code that lingers after the fault is none', () => {
    expect(stateOf({ statusword: 0x27, errorCode: 0x8611 }).fault).toBeNull();
  });
});
