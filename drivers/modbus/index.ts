// The one owner of a Modbus line: one request in flight, lanes with stop first, time-outs computed from the wire,
// quarantine after any doubt, exact match of answers, counters, line quality, reconnecting. It refuses to know what a
// register means, which drive answers to a unit, and why something is asked.
//
// What goes over the wire is a matter of the line's framing: a codec (codec.ts) makes a frame of each request and judges
// what answers it, a wire (wire.ts) carries the frames. Modbus RTU (rtu-codec.ts; in TCP's wrapping too) and Dooya
// (dooya-codec.ts) so far; another one is one more file and one line in framings.ts. How a drive says no, and what
// silence it needs, travels with each request. Frames alone: ./framing.
export type {
  Lane,
  LineLoad,
  LineStats,
  LinkState,
  ModbusLine,
  RawRequest,
  ReadRequest,
  RequestOptions,
  UnitCounters,
  WriteRequest,
} from './line.ts';
export { createLine, type LineOptions } from './create-line.ts';
export { lineTiming } from './line-timing.ts';
