import { checkRange, type Codec, type Expectation, type Request } from './codec.ts';
import { judgeDooya } from './dooya-judge.ts';
import {
  CRC_LENGTH,
  DOOYA_CONTROL,
  DOOYA_READ,
  DOOYA_WRITE,
  dooyaAnswerLengthFor,
  encodeDooya,
  withCrc,
} from './framing/index.ts';
import type { ReadRequest, RequestOptions, WriteRequest } from './line.ts';

/** Where commands stand beside the data addresses 0x00 to 0xFF: 0x301 is the command 01. */
const FIRST_CONTROL = 0x300;
const LAST_DATA = 0xff;
/** The byte FF where a good answer repeats the length of a write would be its refusal. */
const MOST_WRITTEN = 0xfe;
/** What the drive is doing; every drive has it, and the answer to its read is no copy of it. */
const RUN_STATE = 0x05;
const HEAD_LENGTH = 5;

/** Dooya RS-485 (protocol A4): bytes instead of registers, addresses of 16 bits, commands beside data. */
export function createDooyaCodec(): Codec {
  let asked = 0;
  return {
    check,
    expect(request, options) {
      const expected = expectation(request, options);
      asked = expected.request[3] ?? 0;
      return expected;
    },
    judge: judgeDooya,
    values: (answer) => (asked === DOOYA_READ ? [...answer.subarray(HEAD_LENGTH, -CRC_LENGTH)] : []),
    refusal(answer, { unit }) {
      const what = answer[3] === DOOYA_CONTROL ? 'command' : answer[3] === DOOYA_WRITE ? 'write to' : 'read of';
      const message = `unit ${unit} (${hex(unit, 4)}) refused the ${what} ${hex(answer[4] ?? 0, 2)}: it answered FF`;
      return { code: 'EXCEPTION', message, executed: 'no' };
    },
    echoProof,
  };
}

function expectation(request: Request, { refusals = 'standard' }: RequestOptions): Expectation {
  if (request.kind === 'raw') {
    const { bytes, matches } = request.raw;
    const answerLength = request.raw.answerLength === 0 ? 0 : request.raw.answerLength + CRC_LENGTH;
    return { request: withCrc(bytes), answerLength, layout: 'raw', matches, refusals };
  }
  const frame = request.kind === 'read' ? encodeRead(request.read) : encodeWrite(request.write);
  const answerLength = isBroadcast(request) ? 0 : dooyaAnswerLengthFor(frame);
  return { request: frame, answerLength, layout: request.kind, matches: undefined, refusals };
}

function encodeRead({ unit, address, count }: ReadRequest): Uint8Array {
  return encodeDooya(unit, DOOYA_READ, [address, count]);
}

function encodeWrite({ unit, address, values }: WriteRequest): Uint8Array {
  return address >= FIRST_CONTROL
    ? encodeDooya(unit, DOOYA_CONTROL, [address - FIRST_CONTROL, ...values])
    : encodeDooya(unit, DOOYA_WRITE, [address, values.length, ...values]);
}

function check(request: Request): void {
  if (request.kind === 'raw') return;
  if (request.kind === 'read') {
    const { unit, address, count } = request.read;
    checkUnit(unit);
    checkRange('data address', address, [0, LAST_DATA]);
    checkRange('byte count', count, [1, Math.min(0xff, LAST_DATA + 1 - address)]);
    return;
  }
  const { unit, address, values } = request.write;
  if (unit !== 0) checkUnit(unit);
  if (address >= FIRST_CONTROL) {
    checkRange('0x300 + command', address, [FIRST_CONTROL, FIRST_CONTROL + 0xff]);
    checkRange('byte count of a command', values.length, [0, 1]);
  } else {
    checkRange('data address', address, [0, LAST_DATA]);
    checkRange('byte count', values.length, [1, Math.min(MOST_WRITTEN, LAST_DATA + 1 - address)]);
  }
  for (const value of values) checkRange('byte', value, [0, 0xff]);
}

/** Both bytes of an address are 01 to FE. */
function checkUnit(unit: number): void {
  checkRange('unit', unit, [0x0101, 0xfefe]);
  checkRange(`low byte of unit ${unit}:`, unit & 0xff, [1, 0xfe]);
}

/** Nobody answers the group, but for the drive that is given its address there: it answers from the new one. */
function isBroadcast(request: Request): boolean {
  if (request.kind !== 'write' || request.write.unit !== 0) return false;
  const { address, values } = request.write;
  return !(address === 0 && values.length === 2);
}

/** The good answer to a command is a copy of it. */
function echoProof(request: Request): ReadRequest | undefined {
  if (request.kind !== 'write' || request.write.unit === 0 || request.write.address < FIRST_CONTROL) return undefined;
  return { unit: request.write.unit, table: 'holding', address: RUN_STATE, count: 1 };
}

function hex(value: number, digits: number): string {
  return `0x${value.toString(16).toUpperCase().padStart(digits, '0')}`;
}
