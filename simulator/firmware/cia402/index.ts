// Drives after CiA 402: power states, modes, set-points and homing as IEC 61800-7-201 has them.
export { createCia402Firmware } from './firmware.ts';
