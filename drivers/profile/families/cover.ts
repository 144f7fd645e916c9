import { z } from 'zod';
import { Confidence, Word } from '../register.ts';
import type { Family } from './family.ts';

const STATE = { statusword: 'read', actualPosition: 'read' } as const;

/** Curtain and blind drives that know open, close, stop and a percentage (Dooya). */
export const cover = {
  signals: ['open', 'close', 'stop', 'deleteStroke', 'directionInverted', 'handPullOff'],
  actsAtOnce: ['open', 'close', 'deleteStroke'],
  status: ['statusword', 'actualPosition'],
  needs: {
    moveTo: { ...STATE, targetPosition: 'write' },
    home: { ...STATE, open: 'write', close: 'write' },
    halt: { ...STATE, stop: 'write' },
    quickStop: { ...STATE, stop: 'write' },
  },
} as const satisfies Family;

/** Facts that only drives of this family have. */
export const CoverFacts = z.strictObject({
  /** What `actualPosition` shows as long as the drive does not know where it is. */
  unknownPosition: Word,
  /** Values of `statusword`. */
  states: z.strictObject({
    standing: z.array(Word).min(1),
    opening: z.array(Word).min(1),
    closing: z.array(Word).min(1),
  }),
  /** The speed that the drive has of its own. */
  percentPerS: z.strictObject({
    value: z.number().positive(),
    see: z.string(),
    confidence: Confidence.optional(),
  }),
});
