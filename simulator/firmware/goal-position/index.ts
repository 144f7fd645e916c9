// How a Feetech SM-MB drive behaves behind its registers.
import { unwritten } from '../unwritten.ts';

export const goalPosition = unwritten;
