// CiA 402 (IEC 61800-7-201): the power state machine, profile position with the new-set-point handshake, profile
// velocity, homing, halt, quick stop, fault reset. Knows the meaning of statusword and controlword, nothing of Modbus.
export { cia402 } from './cia402.ts';
