// How a DFRobot DFR1277 drive behaves behind its registers.
import { unwritten } from '../unwritten.ts';

export const openLoopSpeed = unwritten;
