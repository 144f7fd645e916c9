// How a Makerbase MKS SERVO42D and 57D drive behaves behind its registers.
import { unwritten } from '../unwritten.ts';

export const commandBlock = unwritten;
