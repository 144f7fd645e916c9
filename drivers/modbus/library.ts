import { EventEmitter } from 'node:events';
import ModbusSerial from 'modbus-serial';
import { DriverError } from '../base/index.ts';
import type { ReadRequest, WriteRequest } from './line.ts';

/** What we use of modbus-serial: it builds requests and parses answers. Framing, CRC and every doubt are ours. */
export interface PduLibrary {
  /** The RTU frame, with CRC. */
  encodeRead(request: ReadRequest): Uint8Array;
  encodeWrite(request: WriteRequest): Uint8Array;
  /** Takes the RTU frame that was proven to answer the request encoded last; gives the registers of a read. */
  parse(answer: Buffer): readonly number[];
}

const nothing: readonly number[] = [];
/** Made once: an Error with its stack costs more than the library itself. */
const noOutcome = new Error('the library gave no outcome');

/**
 * The port that the library believes to write to and hear from. It hands over an answer only when the engine has proven
 * that it belongs to the outstanding request: with its own ports one late answer makes all later reads of 8.0.25 return
 * another register's value, without an error.
 */
class GuardedPort extends EventEmitter {
  readonly isOpen = true;
  written: Uint8Array = new Uint8Array();

  open(opened: () => void): void {
    opened();
  }

  write(bytes: Uint8Array): void {
    this.written = bytes;
  }

  close(closed: () => void): void {
    closed();
  }
}

export function createPduLibrary(): PduLibrary {
  const port = new GuardedPort();
  const client = new ModbusSerial.default(port);
  client.open();
  let failure: unknown;
  let parsed: readonly number[] = nothing;

  // One function for all requests: the library calls it inside `emit`, so nothing can be under way between two calls.
  const settled = (error: unknown, result: object | undefined): void => {
    failure = error ?? undefined;
    parsed = result !== undefined && 'data' in result ? (result.data as readonly number[]) : nothing;
  };

  return {
    encodeRead({ unit, table, address, count }) {
      if (table === 'holding') client.writeFC3(unit, address, count, settled);
      else client.writeFC4(unit, address, count, settled);
      return port.written;
    },
    encodeWrite({ unit, address, values, functionCode }) {
      const [value] = values;
      if (values.length === 1 && value !== undefined && functionCode !== 16)
        client.writeFC6(unit, address, value, settled);
      else client.writeFC16(unit, address, [...values], settled);
      return port.written;
    },
    parse(answer) {
      failure = noOutcome;
      port.emit('data', answer);
      if (failure !== undefined) {
        throw new DriverError('BAD_FRAME', 'modbus-serial refused an answer that matches its request', {
          cause: failure,
        });
      }
      return parsed;
    },
  };
}
