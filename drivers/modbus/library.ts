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

/** Polls ask the same again and again: so many reads are kept as the library made them, each as a transaction of its own. */
const REMEMBERED_READS = 256;
/** The one transaction of all writes, behind those of the reads. */
const WRITES = REMEMBERED_READS;

interface MadeRead extends ReadRequest {
  readonly frame: Uint8Array;
}

/** Spread so that the registers of one unit, and the same register of its neighbours, do not drive each other out. */
const placeOf = ({ unit, address, count }: ReadRequest): number =>
  (Math.imul(unit, 31) + Math.imul(address, 7) + count) & (REMEMBERED_READS - 1);

const isSame = (a: ReadRequest, b: ReadRequest): boolean =>
  a.address === b.address && a.unit === b.unit && a.count === b.count && a.table === b.table;

/** What the library asks its port for: where it files a request that it makes, and where it looks up what was answered. */
const FILED_UNDER = '_transactionIdWrite';
const ANSWERED = '_transactionIdRead';

/**
 * The port that the library believes to write to and hear from. It hands over an answer only when the engine has proven
 * that it belongs to the outstanding request: with its own ports one late answer makes all later reads of 8.0.25 return
 * another register's value, without an error.
 */
class GuardedPort extends EventEmitter {
  readonly isOpen = true;
  written: Uint8Array = new Uint8Array();
  [FILED_UNDER] = 0;
  [ANSWERED] = 0;

  /** Whichever request is made next, and whichever answer comes, belongs to `transaction`. */
  turnTo(transaction: number): void {
    this[FILED_UNDER] = transaction;
    this[ANSWERED] = transaction;
  }

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
  // called as it is: `emit` gathers its arguments anew for every answer
  const [hear] = port.listeners('data') as [(answer: Buffer) => void];
  let failure: unknown;
  let parsed: readonly number[] = nothing;
  const reads: (MadeRead | undefined)[] = Array.from({ length: REMEMBERED_READS });

  // One function for all requests: the library calls it inside `hear`, so nothing can be under way between two calls.
  const settled = (error: unknown, result: object | undefined): void => {
    failure = error ?? undefined;
    parsed = result !== undefined && 'data' in result ? (result.data as readonly number[]) : nothing;
  };

  function makeRead(request: ReadRequest, place: number): Uint8Array {
    const { unit, table, address, count } = request;
    // first forgotten, because the library has replaced what it knew even if it then throws
    reads[place] = undefined;
    if (table === 'holding') client.writeFC3(unit, address, count, settled);
    else client.writeFC4(unit, address, count, settled);
    // a copy that nobody shares with the library, and whose `slice` copies as that of a Buffer does not
    const frame = new Uint8Array(port.written);
    reads[place] = { unit, table, address, count, frame };
    return frame;
  }

  return {
    encodeRead(request) {
      const place = placeOf(request);
      port.turnTo(place);
      const made = reads[place];
      return made !== undefined && isSame(made, request) ? made.frame : makeRead(request, place);
    },
    encodeWrite({ unit, address, values, functionCode }) {
      port.turnTo(WRITES);
      const [value] = values;
      if (values.length === 1 && value !== undefined && functionCode !== 16)
        client.writeFC6(unit, address, value, settled);
      else client.writeFC16(unit, address, [...values], settled);
      return port.written;
    },
    parse(answer) {
      failure = noOutcome;
      hear(answer);
      if (failure !== undefined) {
        throw new DriverError('BAD_FRAME', 'modbus-serial refused an answer that matches its request', {
          cause: failure,
        });
      }
      return parsed;
    },
  };
}
