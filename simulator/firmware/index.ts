// What is soldered into a virtual drive, by the scheme that its profile names: a CiA 402 machine, or a family's
// personality over the register machine (behaviour.ts says how one is written). It shares the profile's table with the
// driver and nothing else: what the registers do is written down here a second time, on purpose, so that two opinions
// meet on the wire. It knows no line and no framing.
export { createFirmware } from './create-firmware.ts';
export type { Firmware } from './firmware.ts';
export { driveFaultKinds, type DriveFaultKind, faultNatures } from './fault-kinds.ts';
export { CRC_ERROR, ILLEGAL_FUNCTION, ILLEGAL_VALUE, type Refusal, SERVER_FAILURE } from './register-file.ts';
