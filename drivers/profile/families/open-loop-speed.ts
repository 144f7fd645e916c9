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
  /** Values of `statusword`; firmwares of one model may differ in theirs. */
  states: z.strictObject({
    standing: z.array(Word).min(1),
    forward: z.array(Word).min(1),
    reverse: z.array(Word).min(1),
  }),
  /**
   * What the greatest value of `targetVelocity` makes of the shaft without load, at nominal supply. Nothing measures it: a
   * velocity of such a drive is a share of this figure, and all that connects it with the axis's unit.
   */
  fullSpeed: z.strictObject({
    register: z.int().positive(),
    revolutionsPerMinute: z.number().positive(),
    see: z.string(),
    confidence: Confidence.optional(),
  }),
  /** How long the shaft may run on once the speed is 0, in ms: until then it is not said to stand. */
  coastMs: z.int().nonnegative(),
});
