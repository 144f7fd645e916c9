import { z } from 'zod';
import type { Family } from './family.ts';

const STATE = { statusword: 'read', controlword: 'write' } as const;
const MODE = { modeOfOperation: 'write', modeDisplay: 'read' } as const;
const RAMPS = { profileAcceleration: 'write', profileDeceleration: 'write' } as const;
const SETPOINT = {
  ...STATE,
  ...MODE,
  ...RAMPS,
  actualPosition: 'read',
  targetPosition: 'write',
  profileVelocity: 'write',
} as const;

/** Drives after CiA 402 (IEC 61800-7-201); the objects that each verb needs. */
export const cia402 = {
  signals: ['modeDisplay', 'setpointCounter', 'armGroup', 'groupTrigger', 'quickStopOption'],
  status: ['statusword', 'actualPosition'],
  actsAtOnce: ['groupTrigger', 'armGroup'],
  needs: {
    enable: STATE,
    disable: STATE,
    resetFault: STATE,
    moveTo: SETPOINT,
    arm: { ...SETPOINT, armGroup: 'write', groupTrigger: 'write' },
    moveVelocity: { ...STATE, ...MODE, ...RAMPS, targetVelocity: 'write' },
    home: {
      ...STATE,
      ...MODE,
      homingMethod: 'write',
      homingSpeedFast: 'write',
      homingSpeedSlow: 'write',
      homingAcceleration: 'write',
      homeOffset: 'write',
    },
    setPosition: { ...STATE, ...MODE, homingMethod: 'write', homeOffset: 'write' },
    halt: STATE,
    quickStop: STATE,
  },
} as const satisfies Family;

/** Facts that only a CiA 402 drive has. */
export const Cia402Facts = z.strictObject({
  /** Bit of the statusword that says "the position is referenced", volatile in the drive; null where there is none. */
  referencedBit: z.int().min(8).max(15).nullable(),
  /** Bits of `digitalInputs` (60FDh order: negative limit, positive limit, home switch). */
  inputs: z.strictObject({ negativeLimit: z.int(), positiveLimit: z.int(), home: z.int() }).nullable(),
});
