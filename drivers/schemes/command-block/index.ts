// Drives whose every motion is a command block (Makerbase MKS SERVO42D/57D): the block carries target, speed and ramp
// and starts as it is written. Knows what its words mean, nothing of Modbus.
export { commandBlock } from './command-block.ts';
