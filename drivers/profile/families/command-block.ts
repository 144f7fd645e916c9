import { z } from 'zod';
import type { Family } from './family.ts';

/** One block carries target, velocity and ramp, and starts as it is written. */
const MOTION = {
  targetPosition: 'write',
  profileVelocity: 'write',
  profileAcceleration: 'write',
  runState: 'read',
  enableState: 'read',
} as const;
const STOP = { ...MOTION, stopAtOnce: 'write' } as const;

/** Drives whose every motion is one block of registers that starts as it is written (Makerbase MKS SERVO42D/57D). */
export const commandBlock = {
  signals: [
    'enableState',
    'runState',
    'stallFlag',
    'homingResult',
    'singleTurnResult',
    'enableCommand',
    'stallRelease',
    'homingStart',
    'setZero',
    'stopAtOnce',
    'restartCommand',
    'workMode',
    'workCurrent',
    'modbusEnabled',
    'homingOffset',
    'homingKind',
    'homingCurrent',
    'encoderTurns',
    'encoderValue',
    'pulseCount',
  ],
  actsAtOnce: [
    'targetPosition',
    'profileVelocity',
    'profileAcceleration',
    'enableCommand',
    'homingStart',
    'setZero',
    'stopAtOnce',
    'restartCommand',
  ],
  status: ['actualPosition', 'actualVelocity', 'enableState', 'runState', 'stallFlag', 'homingResult'],
  haltRamp: 'profileAcceleration',
  needs: {
    enable: { enableCommand: 'write', enableState: 'read' },
    disable: { ...STOP, enableCommand: 'write' },
    resetFault: { stallRelease: 'write', stallFlag: 'read' },
    moveTo: MOTION,
    moveVelocity: MOTION,
    home: { homingStart: 'write', homingResult: 'read', runState: 'read' },
    setPosition: { setZero: 'write' },
    halt: STOP,
    quickStop: STOP,
  },
} as const satisfies Family;

/** Facts that only drives of this family have. */
export const CommandBlockFacts = z.strictObject({});
