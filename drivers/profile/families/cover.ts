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
  unknownPosition: Word.describe('what actualPosition shows as long as the drive does not know where it is'),
  states: z
    .strictObject({
      standing: z.array(Word).min(1).describe('it stands'),
      opening: z.array(Word).min(1).describe('it opens'),
      closing: z.array(Word).min(1).describe('it closes'),
    })
    .describe('values of statusword'),
  percentPerS: z
    .strictObject({
      value: z.number().positive().describe('% a second'),
      see: z.string().describe('where the fact stands'),
      confidence: Confidence.optional().describe('how well it is known'),
    })
    .describe('the speed that the drive has of its own'),
});
