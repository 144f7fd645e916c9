import { shippedProfile, type Profile } from '../../drivers/profile/index.ts';

const blvr = shippedProfile('oriental-blvr-az');
const absent = [
  'stopCommand',
  'quickStopDeceleration',
  'targetMonitor',
  'targetVelocityMonitor',
  'controlResolution',
  'zeroSpeedAction',
];

/** An AZ as the notes of the BLV-R's profile tell a user to write it. */
export const az: Profile = {
  ...blvr,
  registers: Object.fromEntries(Object.entries(blvr.registers).filter(([signal]) => !absent.includes(signal))),
  verbs: blvr.verbs.filter((verb) => verb !== 'home'),
  countsPerRevolution: 1000,
  resetValues: { torqueLimit: 100, triggerAutoClear: 1 },
  directData: {
    ...blvr.directData!,
    inputs: { servoOn: null, free: 6, stop: 5, home: 4 },
    outputs: {
      servoOn: null,
      ready: 5,
      alarm: 7,
      moving: 13,
      inPosition: 14,
      coordinates: null,
      homeReady: null,
      warning: 6,
    },
    readyInMotion: false,
    startTrigger: 1,
    torqueLimit: 100,
  },
};
