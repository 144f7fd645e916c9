import { createVirtualClock, isDriverError, type DriverError, type VirtualClock } from '../../../drivers/base/index.ts';
import { createLine, type LineOptions, type ModbusLine } from '../../../drivers/modbus/index.ts';
import { dooyaRequestLength, sealWithCrc, requestLength } from '../../../drivers/modbus/framing/index.ts';
import { memoryPortPair, type BytePort, type MemoryPortPair } from '../../../drivers/transport/index.ts';

/** What the slave of a test does with a whole request; it writes answers itself. */
export type Behaviour = (request: Uint8Array, line: FarEnd) => void;

/** The drives' end of the cable. */
interface FarEnd {
  /** Every whole request that came, as hex, in order. */
  readonly requests: string[];
  /** Sends the bytes after `delayMs`. */
  send(bytes: Uint8Array | readonly number[], delayMs?: number): void;
  behave: Behaviour;
}

export interface LineBench {
  readonly clock: VirtualClock;
  readonly line: ModbusLine;
  readonly far: FarEnd;
  readonly cable: MemoryPortPair;
}

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
export const frame = (...body: readonly number[]): Uint8Array => sealWithCrc(Uint8Array.from([...body, 0, 0]));

/** Register `address` holds address + 1000 * unit: an answer of another register or unit cannot look right. */
export const valueOf = (unit: number, address: number): number => (address + 1000 * unit) & 0xffff;

/** The right answer to a request of FC 3, 4, 6 or 16. */
export function goodAnswer(request: Uint8Array): Uint8Array {
  const [unit, functionCode, high, low, countHigh, count] = [...request] as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (functionCode !== 3 && functionCode !== 4) return frame(unit, functionCode, high, low, countHigh, count);
  const values = Array.from({ length: count }, (_, index) => valueOf(unit, high * 256 + low + index));
  return frame(unit, functionCode, 2 * count, ...values.flatMap((value) => [value >> 8, value & 0xff]));
}

/** The frame with a CRC that is wrong. */
export const corrupted = (good: Uint8Array): Uint8Array => {
  const bad = good.slice();
  bad[bad.length - 1] = (bad[bad.length - 1] ?? 0) ^ 0xff;
  return bad;
};

export const answers: Behaviour = (request, line) => line.send(goodAnswer(request), 1);
export const staysSilent: Behaviour = () => undefined;

/** A line at 115200 baud on virtual time, its port open, its far end answering rightly unless told otherwise. */
export async function lineBench(options: Partial<LineOptions> = {}): Promise<LineBench> {
  const clock = createVirtualClock();
  const cable = memoryPortPair({ clock });
  const far = await farEnd(cable, clock, options.framing === 'dooya' ? dooyaRequestLength : requestLength);
  const serial = { baudRate: 115_200, parity: 'even', stopBits: 1 } as const;
  const line = createLine({ name: 'bench', open: cable.near, framing: 'rtu', clock, serial, ...options });
  await clock.advance(10);
  return { clock, line, far, cable };
}

async function farEnd(cable: MemoryPortPair, clock: VirtualClock, lengthOf: typeof requestLength): Promise<FarEnd> {
  let held: number[] = [];
  const port: BytePort = await cable.far({
    bytes(chunk) {
      held.push(...chunk);
      const bytes = Uint8Array.from(held);
      const length = lengthOf(bytes);
      const whole = typeof length === 'number' ? length : bytes.length;
      if (bytes.length < whole) return;
      held = [];
      far.requests.push(hex(bytes));
      far.behave(bytes, far);
    },
    lost: () => undefined,
  });
  const far: FarEnd = {
    requests: [],
    send: (bytes, delayMs = 0) => void clock.after(delayMs, () => port.write(Uint8Array.from(bytes))),
    behave: answers,
  };
  return far;
}

/** Settles to the value, or to the DriverError that it failed with. */
export const outcomeOf = <T>(promise: Promise<T>): Promise<T | DriverError> =>
  promise.catch((error: unknown) => {
    if (isDriverError(error)) return error;
    throw error;
  });

/** Runs the clock until the promise has settled. */
export async function settledIn<T>(
  clock: VirtualClock,
  promise: Promise<T>,
  limitMs = 60_000,
): Promise<T | DriverError> {
  const state = { isSettled: false };
  const outcome = outcomeOf(promise).finally(() => (state.isSettled = true));
  for (let passedMs = 0; !state.isSettled && passedMs < limitMs; passedMs++) await clock.advance(1);
  return outcome;
}

export const fast = { lane: 'fast', turnaroundMs: 20 } as const;
export const writing = { lane: 'write', turnaroundMs: 20 } as const;
export const stopping = { lane: 'stop', turnaroundMs: 20 } as const;
export const holding = (unit: number, address: number, count = 2) =>
  ({ unit, table: 'holding', address, count }) as const;
