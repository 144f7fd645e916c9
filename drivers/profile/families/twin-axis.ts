import { z } from 'zod';
import { Word } from '../register.ts';
import type { Family } from './family.ts';

const STATE = { controlword: 'read', motorState: 'read', errorCode: 'read' } as const;
const COMMAND = { ...STATE, controlword: 'write' } as const;
const MODE = {
  ...COMMAND,
  modeOfOperation: 'write',
  targetVelocity: 'write',
  neighbourTargetVelocity: 'write',
} as const;
const RAMPS = { profileAcceleration: 'write', profileDeceleration: 'write' } as const;
const SETPOINT = {
  ...MODE,
  ...RAMPS,
  actualPosition: 'read',
  targetPosition: 'write',
  profileVelocity: 'write',
} as const;

/** Two motors in one unit that share a control word (ZLTECH ZLAC8015D). */
export const twinAxis = {
  signals: [
    // of each motor, and what each must know of the other
    'motorState',
    'neighbourState',
    'neighbourErrorCode',
    'neighbourTargetVelocity',
    'hallState',
    'torqueSlope',
    'targetTorque',
    'encoderLines',
    'hallOffset',
    'overloadLimit',
    'ratedCurrent',
    'maxCurrent',
    'overloadTime',
    'followingErrorLimit',
    'startSpeed',
    'polePairs',
    'temperatureLimit',
    // of both
    'syncMode',
    'hostLink',
    'clearFeedback',
    'zeroAbsolute',
    'lockAtPowerUp',
    'maxSpeed',
    'digitalOutputs',
    'shutdownOption',
    'disableOption',
    'haltOption',
    'inputPolarity',
    'firstInputFunction',
    'secondInputFunction',
    'outputPolarity',
    'firstOutputFunction',
    'secondOutputFunction',
  ],
  actsAtOnce: ['neighbourTargetVelocity', 'targetTorque', 'clearFeedback', 'zeroAbsolute'],
  status: [
    'controlword',
    'modeOfOperation',
    'actualPosition',
    'actualVelocity',
    'motorState',
    'neighbourState',
    'errorCode',
    'neighbourErrorCode',
  ],
  haltRamp: 'profileDeceleration',
  needs: {
    enable: { ...MODE, actualPosition: 'read', targetPosition: 'write' },
    disable: COMMAND,
    resetFault: COMMAND,
    moveTo: SETPOINT,
    moveVelocity: { ...MODE, ...RAMPS },
    setPosition: { ...STATE, clearFeedback: 'write', zeroAbsolute: 'write' },
    halt: SETPOINT,
    quickStop: COMMAND,
  },
} as const satisfies Family;

const ChannelFacts = z.strictObject({
  start: Word.describe('the control word that starts this motor alone'),
  zero: Word.describe('the value of clearFeedback and zeroAbsolute that means this motor'),
});

/** Facts that only drives of this family have. */
export const TwinAxisFacts = z.strictObject({
  channels: z
    .strictObject({
      left: ChannelFacts.describe('of the left motor'),
      right: ChannelFacts.describe('of the right motor'),
    })
    .describe('how each motor is meant in words that both share'),
});
