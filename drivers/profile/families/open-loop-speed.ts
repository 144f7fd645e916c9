import { z } from 'zod';
import { Confidence, Word } from '../register.ts';
import type { Family } from './family.ts';

const SPEED = { statusword: 'read', targetVelocity: 'write' } as const;

/** Gear motors with a speed register and no position (DFRobot DFR1277). */
export const openLoopSpeed = {
  signals: [],
  status: ['statusword', 'targetVelocity'],
  needs: { moveVelocity: SPEED, halt: SPEED, quickStop: SPEED },
} as const satisfies Family;

/** Facts that only drives of this family have. */
export const OpenLoopSpeedFacts = z.strictObject({
  states: z
    .strictObject({
      standing: z.array(Word).min(1).describe('it stands'),
      forward: z.array(Word).min(1).describe('it turns forward'),
      reverse: z.array(Word).min(1).describe('it turns in reverse'),
    })
    .describe('values of statusword; firmwares of one model may differ in theirs'),
  // Nothing measures it: a velocity of such a drive is a share of this figure, and all that connects it with the axis's unit.
  fullSpeed: z
    .strictObject({
      register: z.int().positive().describe('the greatest value of targetVelocity'),
      revolutionsPerMinute: z.number().positive().describe('how fast the shaft turns then'),
      see: z.string().describe('where the fact stands'),
      confidence: Confidence.optional().describe('how well it is known'),
    })
    .describe('what the greatest value of targetVelocity makes of the shaft without load, at nominal supply'),
  coastMs: z
    .int()
    .nonnegative()
    .describe('how long the shaft may run on once the speed is 0, in ms: until then it is not said to stand'),
});
