// How a ZLTECH ZLAC8015D drive behaves behind its registers.
import { unwritten } from '../unwritten.ts';

export const twinAxis = unwritten;
