/** A whole frame's length with CRC; `more` bytes must come before it is known; `unknown` when it can never be. */
export type FrameLength = number | 'more' | 'unknown';
