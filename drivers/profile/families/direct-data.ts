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
  inputs: z
    .strictObject({
      servoOn: Assigned.describe('gives the motor power'),
      free: Assigned.describe('takes it away'),
      stop: Bit.describe('stops an operation'),
      home: Assigned.describe('starts homing'),
    })
    .describe('bits of inputCommand, as they are assigned in the drive; null where there is none'),
  outputs: z
    .strictObject({
      servoOn: Assigned.describe('the motor has power'),
      ready: Bit.describe('direct data are taken'),
      alarm: Bit.describe('there is an alarm'),
      moving: Bit.describe('it moves'),
      inPosition: Assigned.describe('it is at its target'),
      coordinates: Assigned.describe('the position is referenced'),
      homeReady: Assigned.describe('homing can start'),
      warning: Assigned.describe('there is a warning'),
    })
    .describe('bits of statusword; null where there is none'),
  readyInMotion: z.boolean().describe('whether ready stays on during an operation that the next one may replace'),
  startTrigger: z
    .int()
    .min(1)
    .max(19)
    .describe(
      'what starts an operation: 10 takes steps/s and steps/s2 whatever units are set in the drive (BLV-R); 1 takes the units of the drive, which are the same in an AZ',
    ),
  operations: z
    .strictObject({
      position: Word.describe('absolute positioning'),
      velocity: Word.describe('continuous operation by speed'),
    })
    .describe('operation types'),
  torqueLimit: z
    .number()
    .positive()
    .describe('% of rated, written with every operation so that no limit of an earlier one stays'),
  stops: z
    .strictObject({
      quick: Word.describe('stops as QSTOP does'),
      ramp: Word.describe('stops along the ramp of the operation'),
    })
    .describe('what the stop command register is given'),
  homings: z
    .array(
      z.strictObject({
        method: z.int().describe('one of homingMethods'),
        mode: Word.describe('what homingMode is given for it'),
        direction: z
          .union([z.literal(0), z.literal(1)])
          .describe('what homingDirection is given: 1 starts in the positive one'),
      }),
    )
    .describe('how each homing method that searches is set'),
});
