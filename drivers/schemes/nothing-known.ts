import type { DriveState } from './scheme.ts';

/** The state of a drive of which nothing was read; a scheme fills in what its signals tell. */
export const nothingKnown: DriveState = {
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
};
