import { z } from 'zod';
import { Word } from '../register.ts';
import type { Family } from './family.ts';

const STATE = { statusword: 'read', controlword: 'write' } as const;
/** Where there is no modeDisplay the mode is read where it is written. */
const MODE = { modeOfOperation: 'write' } as const;
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
  signals: [
    'modeDisplay',
    'setpointCounter',
    'armGroup',
    'groupTrigger',
    'quickStopOption',
    'maxProfileVelocity',
    'controlMode',
  ],
  status: ['statusword', 'actualPosition'],
  actsAtOnce: ['groupTrigger', 'armGroup'],
  haltRamp: 'profileDeceleration',
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
    },
    setPosition: { ...STATE, ...MODE, homingMethod: 'write', homeOffset: 'write' },
    halt: STATE,
    quickStop: STATE,
  },
} as const satisfies Family;

/** Facts that only a CiA 402 drive has. */
export const Cia402Facts = z.strictObject({
  referencedBit: z
    .int()
    .min(8)
    .max(15)
    .nullable()
    .describe(
      'bit of the statusword that says that the position is referenced, volatile in the drive; null without one',
    ),
  inputs: z
    .strictObject({
      negativeLimit: z.int().describe('bit of the negative limit switch'),
      positiveLimit: z.int().describe('bit of the positive limit switch'),
      home: z.int().describe('bit of the home switch'),
    })
    .nullable()
    .describe('bits of digitalInputs, in 60FDh 0, 1 and 2; null where they are not known'),
  homingShows: z
    .enum(['bits-12-13', 'referenced-bit'])
    .default('bits-12-13')
    .describe(
      'what shows in homing mode that the reference is found: bits 12, 13 and 10 together, or the referenced bit with bit 10',
    ),
  homeOffset: z
    .enum(['shown-at-home', 'only-0'])
    .default('shown-at-home')
    .describe(
      "homeOffset is what the position reads at the reference; only-0 where the maker's rule of sign is not certain",
    ),
  errorCodes: z
    .enum(['numbers', 'bits'])
    .default('numbers')
    .describe('what errorCode holds: a number after 603Fh, or a bit for each fault'),
  controlMode: Word.optional().describe(
    'what controlMode must hold for the drive to obey these registers; with anything else it obeys pulses or inputs',
  ),
});
export type Cia402Facts = z.infer<typeof Cia402Facts>;
