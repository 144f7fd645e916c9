// What is soldered into a virtual drive: a CiA 402 machine behind the registers of a profile. It shares the profile's
// table with the driver and nothing else: what the registers do is written down here a second time, on purpose, so that
// two opinions meet on the wire. It knows no line and no frames.
export { createFirmware, type Firmware } from './firmware.ts';
export { ILLEGAL_FUNCTION, ILLEGAL_VALUE, SERVER_FAILURE } from './register-file.ts';
export { BLOCKED_FAULT, FOLLOWING_ERROR_FAULT } from './supervision.ts';
