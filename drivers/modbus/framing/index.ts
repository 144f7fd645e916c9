// How frames are made, measured and told apart: CRC, RTU frames by length, the TCP header, the frames of Dooya, times on
// the wire.
// Shared by the line engine and the simulator, which is why golden frames from manuals watch over it. Pure: it knows
// no port, no queue, no clock, and not what a register means.
export { CRC_LENGTH, crc16, hasGoodCrc, sealWithCrc, withCrc } from './crc.ts';
export {
  EXCEPTION_FLAG,
  LONGEST_RTU_FRAME,
  MOST_READ_REGISTERS,
  MOST_WRITTEN_REGISTERS,
  answerLength,
  answerLengthFor,
  encodeReadRequest,
  encodeWriteMultipleRequest,
  encodeWriteSingleRequest,
  requestLength,
  wordAt,
} from './rtu-frame.ts';
export {
  DOOYA_CONTROL,
  DOOYA_READ,
  DOOYA_REFUSAL_LENGTH,
  DOOYA_REFUSED,
  DOOYA_WRITE,
  dooyaAnswerLengthFor,
  dooyaRequestLength,
  encodeDooya,
} from './dooya-frame.ts';
export { createMbapSplitter, encodeMbap, type MbapMessage } from './mbap.ts';
export { bitsPerCharacter, frameTimeMs, silentGapMs, type CharacterSettings } from './frame-times.ts';
