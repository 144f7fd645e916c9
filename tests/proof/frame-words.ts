import type { Profile } from '../../drivers/profile/index.ts';
import * as twin from './twin-words.ts';

/** What a frame that leaves for a line would do there. */
export interface FrameWords {
  whatIs(frame: Uint8Array): 'trigger' | 'stop' | 'other';
  /** It asks for a set-point that has been written, so that its trigger comes next. */
  isReadBack(frame: Uint8Array): boolean;
}

const START_BIT = 0x10;
const QUICK_STOP = 0x02;
const READ_HOLDING = 3;

/** All drives of a line speak as this one. */
export function createFrameWords({ registers, twinAxis }: Profile): FrameWords {
  return twinAxis === undefined ? referenceWords(registers) : twinWords;
}

function referenceWords({ controlword, groupTrigger, targetPosition }: Profile['registers']): FrameWords {
  return {
    whatIs(frame) {
      const value = writtenTo(frame, controlword?.address);
      if (value !== null && (value & START_BIT) !== 0) return 'trigger';
      if (value === QUICK_STOP) return 'stop';
      return writtenTo(frame, groupTrigger?.address) === null ? 'other' : 'trigger';
    },
    isReadBack: (frame) => frame[1] === READ_HOLDING && wordOf(frame, 2) === targetPosition?.address,
  };
}

const targets: readonly number[] = Object.values(twin.motors).map(({ target }) => target);

const twinWords: FrameWords = {
  whatIs(frame) {
    const word = writtenTo(frame, twin.CONTROL_WORD);
    if (word === null) return 'other';
    if (twin.starts(word).length > 0) return 'trigger';
    // motors that are off are stopped by the word that leaves them off
    return word === twin.EMERGENCY_STOP || word === twin.STOP ? 'stop' : 'other';
  },
  isReadBack: (frame) => frame[1] === READ_HOLDING && targets.includes(wordOf(frame, 2)),
};

const wordOf = (frame: Uint8Array, index: number): number => ((frame[index] ?? 0) << 8) | (frame[index + 1] ?? 0);

/** The value that a write puts into a register; null when it writes another one, or none. */
function writtenTo(frame: Uint8Array, address: number | undefined): number | null {
  if (address === undefined) return null;
  const at = wordOf(frame, 2);
  if (frame[1] === 6) return at === address ? wordOf(frame, 4) : null;
  const isInside = frame[1] === 16 && address >= at && address < at + wordOf(frame, 4);
  return isInside ? wordOf(frame, 7 + 2 * (address - at)) : null;
}
