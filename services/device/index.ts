// The service that fronts each drive of one line: axis units, limits, PLCopen states, commands with exactly one end, a
// stop that is always taken, and both faces of it, REST and MQTT. `domain/` decides and is pure. It keeps nothing on
// disk, adopts no motion it finds, and refuses to know other lines, groups, programs, and what a register means.
// A process of its own is `process.ts`.
export { createLineHost, wireOf, type LineHost } from './line-host.ts';
export { openPortOf } from './open-port.ts';
