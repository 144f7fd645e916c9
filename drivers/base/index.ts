// What every room below the network shares: branded quantities, injected time and chance, and the one error class of
// the driver side. It knows nothing of bytes, drives or axes, and imports nothing.
export { AxisUnits, Counts } from './quantities.ts';
export { systemClock, type Cancel, type Clock } from './clock.ts';
export { createVirtualClock, type VirtualClock } from './virtual-clock.ts';
export { seededRandom, systemRandom, type Random } from './random.ts';
export { DriverError, isDriverError, type DriverErrorCode, type Executed } from './driver-error.ts';
