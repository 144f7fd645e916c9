// The service that fronts each drive of one line: axis units, limits, PLCopen states, commands with exactly one end, a
// stop that is always taken, and both faces of it, REST and MQTT. `domain/` decides and is pure. It keeps nothing on
// disk, adopts no motion it finds, and refuses to know other lines, groups, programs, and what a register means.
export { createLineHost, type LineHost, type LineHostOptions } from './line-host.ts';
export type { Axis } from './axis.ts';
export { startDeviceProcess, type DeviceProcess, type DeviceProcessOptions } from './process.ts';
