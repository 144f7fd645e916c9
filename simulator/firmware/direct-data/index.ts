// How a Oriental Motor BLV-R and AZ drive behaves behind its registers.
import { unwritten } from '../unwritten.ts';

export const directData = unwritten;
