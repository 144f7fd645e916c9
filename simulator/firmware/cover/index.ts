// How a Dooya drive behaves behind its registers.
import { unwritten } from '../unwritten.ts';

export const cover = unwritten;
