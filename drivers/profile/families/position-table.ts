import { z } from 'zod';
import { Word } from '../register.ts';
import type { Family } from './family.ts';

const STATE = { statusword: 'read' } as const;
/** Read as well, because only it tells whether a command was taken. */
const TRIGGER = { ...STATE, pathTrigger: 'write' } as const;
const POWER = { ...STATE, softwareEnable: 'write' } as const;
const PATH = {
  ...TRIGGER,
  commandPosition: 'read',
  pathMode: 'write',
  targetPosition: 'write',
  profileVelocity: 'write',
  profileAcceleration: 'write',
  profileDeceleration: 'write',
  pathDwell: 'write',
} as const;

/** Drives that run the paths of a table (Leadshine PR). */
export const positionTable = {
  signals: [
    'pathTrigger',
    'commandPosition',
    'softwareEnable',
    'systemCommand',
    'saveResult',
    'pulsesPerRevolution',
    // the first path of the table, beside the common set-point signals
    'pathMode',
    'pathDwell',
    'pathSpecial',
    // the second one
    'spareMode',
    'sparePosition',
    'spareVelocity',
    'spareAcceleration',
    'spareDeceleration',
    'spareDwell',
    'homingMode',
    'homingDeceleration',
    'homingStallTime',
    'homingStallTorque',
    'pathControl',
    'enableInput',
  ],
  status: ['statusword', 'actualPosition'],
  actsAtOnce: ['pathTrigger', 'pathSpecial', 'systemCommand', 'softwareEnable'],
  needs: {
    enable: POWER,
    disable: POWER,
    resetFault: { ...POWER, systemCommand: 'write' },
    moveTo: PATH,
    moveVelocity: PATH,
    home: {
      ...TRIGGER,
      homingMode: 'write',
      homeOffset: 'write',
      homingSpeedFast: 'write',
      homingSpeedSlow: 'write',
      homingAcceleration: 'write',
      homingDeceleration: 'write',
    },
    setPosition: { ...TRIGGER, commandPosition: 'read' },
    halt: TRIGGER,
    quickStop: { pathTrigger: 'write' },
  },
} as const satisfies Family;

const Bit = z.int().min(0).max(15);

/** Facts that only drives of this family have. */
export const PositionTableFacts = z.strictObject({
  bits: z
    .strictObject({
      fault: Bit.describe('there is an alarm'),
      enabled: Bit.describe('the motor has power'),
      running: Bit.describe('it moves'),
      pathDone: Bit.describe('the path has ended'),
      homed: Bit.describe('the position is referenced'),
    })
    .describe('bits of the statusword'),
  homingModes: z
    .array(
      z.strictObject({
        method: z.int().describe('one of homingMethods'),
        word: Word.describe('what homingMode is given for it'),
      }),
    )
    .describe('what the homing mode register holds for each homing method that searches'),
});
