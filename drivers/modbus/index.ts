// The one owner of a Modbus line: one request in flight, lanes with stop first, time-outs computed from the wire,
// quarantine after any doubt, exact match of answers, counters, line quality, reconnecting. It refuses to know what a
// register means, which drive answers to a unit, and why something is asked. Frames alone: ./framing.
export type {
  Lane,
  LineStats,
  LinkState,
  ModbusLine,
  ReadRequest,
  RequestOptions,
  UnitCounters,
  WriteRequest,
} from './line.ts';
export { createLine, type LineOptions } from './create-line.ts';
