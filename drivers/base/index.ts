// What every room shares: branded quantities, the words for an axis's state and unit, injected time and chance, views of
// buffers, and the one error class of the driver side. It knows nothing of frames or drives, and imports nothing.
export { AXIS_STATES, AXIS_UNITS } from './axis-words.ts';
export { AxisUnits, Counts } from './quantities.ts';
export { beginningsOf } from './beginnings.ts';
export { systemClock, type Cancel, type Clock } from './clock.ts';
export { createVirtualClock, type VirtualClock } from './virtual-clock.ts';
export { seededRandom, systemRandom, type Random } from './random.ts';
export { DriverError, isDriverError, type DriverErrorCode, type Executed } from './driver-error.ts';
