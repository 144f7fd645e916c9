// How a Leadshine PR drive behaves behind its registers.
import { unwritten } from '../unwritten.ts';

export const positionTable = unwritten;
