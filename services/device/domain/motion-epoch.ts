/** Counts the stops of an axis. Motion carries a fence from its admission; a stop closes every fence given out before. */
export interface MotionEpoch {
  /** Closes all fences; nothing admitted before may move the axis any more. */
  bump(): void;
  /** True as long as no stop came since this call. */
  fence(): () => boolean;
}

export function createMotionEpoch(): MotionEpoch {
  let current = 0;
  return {
    bump: () => void current++,
    fence: () => {
      const mine = current;
      return () => mine === current;
    },
  };
}
