import { z } from 'zod';
import { Word } from '../register.ts';
import type { Family } from './family.ts';

const STATE = { statusword: 'read' } as const;
const INPUTS = { ...STATE, inputCommand: 'write' } as const;
const OPERATION = {
  ...STATE,
  operationType: 'write',
  targetPosition: 'write',
  profileVelocity: 'write',
  profileAcceleration: 'write',
  profileDeceleration: 'write',
  torqueLimit: 'write',
  directDataTrigger: 'write',
} as const;

/** Drives with one block of direct data and a trigger (Oriental Motor BLV-R, AZ). */
export const directData = {
  signals: [
    'inputCommand',
    // the block
    'directDataNumber',
    'operationType',
    'torqueLimit',
    'directDataTrigger',
    'directDataDestination',
    // what the drive says of it
    'demandPosition',
    'demandVelocity',
    'targetMonitor',
    'targetVelocityMonitor',
    'motorTemperature',
    // commands of their own
    'stopCommand',
    'alarmReset',
    'positionPreset',
    // parameters
    'zeroSpeedAction',
    'triggerAutoClear',
    'slaveErrorResponse',
    'errorCountLimit',
    'commandFilter',
    'absoluteWithoutHome',
    'controlResolution',
    'velocityUnit',
    'accelerationUnit',
    'homingMode',
    'homingDirection',
    'homingRamp',
    'wordOrderCode',
    'parityCode',
  ],
  status: ['statusword', 'actualPosition'],
  actsAtOnce: ['inputCommand', 'directDataNumber', 'directDataTrigger', 'stopCommand', 'alarmReset', 'positionPreset'],
  needs: {
    enable: INPUTS,
    disable: INPUTS,
    resetFault: { ...INPUTS, alarmReset: 'write' },
    moveTo: OPERATION,
    moveVelocity: OPERATION,
    home: {
      ...INPUTS,
      homingMode: 'write',
      homingDirection: 'write',
      homingRamp: 'write',
      accelerationUnit: 'read',
      homingSpeedFast: 'write',
      homingSpeedSlow: 'write',
      homeOffset: 'write',
    },
    setPosition: { ...STATE, homeOffset: 'write', positionPreset: 'write', demandPosition: 'read' },
    halt: INPUTS,
    quickStop: INPUTS,
  },
} as const satisfies Family;

/** A bit of the two words of inputs or outputs together, the lower word being bits 0 to 15; null where it is not assigned. */
const Bit = z.int().min(0).max(30);
const Assigned = Bit.nullable();

/** Facts that only drives of this family have. */
export const DirectDataFacts = z.strictObject({
  /** Bits of `inputCommand`, as they are assigned in the drive. */
  inputs: z.strictObject({ servoOn: Assigned, free: Assigned, stop: Bit, home: Assigned }),
  /** Bits of `statusword`. `ready`: for direct data; `coordinates`: the position is referenced. */
  outputs: z.strictObject({
    servoOn: Assigned,
    ready: Bit,
    alarm: Bit,
    moving: Bit,
    inPosition: Assigned,
    coordinates: Assigned,
    homeReady: Assigned,
    warning: Assigned,
  }),
  /** Whether `ready` stays on during an operation that the next one may replace. */
  readyInMotion: z.boolean(),
  /**
   * What starts an operation: 10 takes velocities in steps/s and ramps in steps/s^2 whatever units are set in the drive
   * (BLV-R); 1 takes the drive's own units, which are the same in an AZ (Hz, 0.001 kHz/s).
   */
  startTrigger: z.int().min(1).max(19),
  /** Operation types: absolute positioning, and continuous operation by speed. */
  operations: z.strictObject({ position: Word, velocity: Word }),
  /** Written with every operation, so that no limit of an earlier one stays: % of rated. */
  torqueLimit: z.number().positive(),
  /** What the stop command register is given: to stop as QSTOP does, and along the ramp of the operation. */
  stops: z.strictObject({ quick: Word, ramp: Word }),
  /** Homing mode and starting direction for each homing method that searches. */
  homings: z.array(z.strictObject({ method: z.int(), mode: Word, direction: z.union([z.literal(0), z.literal(1)]) })),
});
