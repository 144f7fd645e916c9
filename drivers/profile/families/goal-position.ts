import { z } from 'zod';
import type { Family } from './family.ts';

const STATE = { actualPosition: 'read', torqueEnable: 'read', movingFlag: 'read', errorCode: 'read' } as const;
const GOAL = { ...STATE, targetPosition: 'write' } as const;

/** Bus servos that go to whatever goal stands in their register (Feetech SM-MB). */
export const goalPosition = {
  signals: [
    'torqueEnable',
    'movingFlag',
    'torqueLimit',
    'eepromLock',
    'middlePosition',
    'releaseVersion',
    'returnDelay',
    'actualCurrent',
  ],
  actsAtOnce: ['targetPosition', 'torqueEnable', 'middlePosition'],
  status: ['actualPosition', 'actualVelocity', 'errorCode', 'torqueEnable', 'movingFlag'],
  haltRamp: 'profileAcceleration',
  needs: {
    enable: GOAL,
    disable: GOAL,
    resetFault: STATE,
    moveTo: { ...GOAL, profileVelocity: 'write', profileAcceleration: 'write' },
    halt: GOAL,
    quickStop: GOAL,
  },
} as const satisfies Family;

/** Facts that only drives of this family have. */
export const GoalPositionFacts = z.strictObject({});
