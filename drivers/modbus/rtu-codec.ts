import { checkRange, type Asked, type Codec, type DriveRefusal, type Expectation, type Request } from './codec.ts';
import { describeException, executedAfter } from './exceptions.ts';
import {
  CRC_LENGTH,
  EXCEPTION_FLAG,
  MOST_READ_REGISTERS,
  MOST_WRITTEN_REGISTERS,
  answerLengthFor,
  withCrc,
  wordAt,
} from './framing/index.ts';
import { createPduLibrary } from './library.ts';
import type { RawRequest, ReadRequest, RequestOptions, WriteRequest } from './line.ts';
import { judgeRtu } from './rtu-judge.ts';

/** Exception 8 is a memory parity error in the standard; some drives say with it that the request's CRC was bad. */
const CRC_ERROR = 8;
/** Modbus over Serial Line V1.02, 2.2: units are 1 to 247, nobody answers unit 0. */
const LAST_UNIT = 247;

/** Modbus RTU, which Modbus TCP carries in another wrapping. */
export function createRtuCodec(): Codec {
  const library = createPduLibrary();

  function encode(request: Request): Uint8Array {
    if (request.kind === 'read') return library.encodeRead(request.read);
    return request.kind === 'write' ? library.encodeWrite(request.write) : withCrc(request.raw.bytes);
  }

  return {
    check,
    expect(request, options) {
      const frame = encode(request);
      return request.kind === 'raw'
        ? rawExpectation(request.raw, frame, options)
        : {
            request: frame,
            answerLength: isBroadcast(request) ? 0 : lengthOfAnswerTo(frame),
            layout: request.kind,
            matches: undefined,
            refusals: options.refusals ?? 'standard',
          };
    },
    judge: judgeRtu,
    values: (answer) => library.parse(answer),
    refusal,
    echoProof,
  };
}

function check(request: Request): void {
  if (request.kind === 'raw') return;
  if (request.kind === 'read') {
    const { unit, address, count } = request.read;
    checkRange('unit', unit, [1, LAST_UNIT]);
    return checkRegisters(address, count, MOST_READ_REGISTERS);
  }
  const { unit, address, values } = request.write;
  checkRange('unit', unit, [0, LAST_UNIT]);
  checkRegisters(address, values.length, MOST_WRITTEN_REGISTERS);
  for (const value of values) checkRange('register value', value, [0, 0xffff]);
}

function checkRegisters(address: number, count: number, most: number): void {
  checkRange('register count', count, [1, most]);
  checkRange('register address', address, [0, 0x1_0000 - count]);
}

const isBroadcast = (request: Request): boolean => request.kind === 'write' && request.write.unit === 0;

function lengthOfAnswerTo(frame: Uint8Array): number {
  const length = answerLengthFor(frame);
  if (length === 'unknown') throw new RangeError(`no length is known for the answer to function ${frame[1]}`);
  return length;
}

/** A raw write with a standard function code is matched as exactly as one that the library can send. */
function rawExpectation(raw: RawRequest, request: Uint8Array, { refusals = 'standard' }: RequestOptions): Expectation {
  const { matches } = raw;
  const answerLength = raw.answerLength === 0 ? 0 : raw.answerLength + CRC_LENGTH;
  const isWrite = matches === undefined && isWriting(request) && answerLengthFor(request) === answerLength;
  return { request, answerLength, layout: isWrite ? 'write' : 'raw', matches, refusals };
}

const isWriting = (frame: Uint8Array): boolean => [5, 6, 15, 16].includes(frame[1] ?? 0);

function refusal(answer: Uint8Array, { unit, options, executedIfLost }: Asked): DriveRefusal {
  const functionCode = answer[1] ?? 0;
  if (functionCode < EXCEPTION_FLAG) return markedRefusal(answer, unit);
  const exceptionCode = answer[2] ?? 0;
  if (exceptionCode === CRC_ERROR && options.crcErrorException === true) {
    const message = `unit ${unit} heard a request with a bad CRC (exception ${CRC_ERROR}): it was garbled on its way`;
    return { code: 'BAD_FRAME', message, executed: 'no' };
  }
  const executed = executedAfter(exceptionCode, executedIfLost);
  return { code: 'EXCEPTION', message: describeException(unit, exceptionCode), executed, exceptionCode };
}

function markedRefusal(answer: Uint8Array, unit: number): DriveRefusal {
  const sign = answer[1] === 6 ? 'the value 0xFFFF' : 'the quantity 0';
  const message = `unit ${unit} refused the write to register ${wordAt(answer, 2)}: it answered with ${sign}`;
  return { code: 'EXCEPTION', message, executed: 'no' };
}

/** The good answer to FC 6 is a copy of the request; the register that it writes can be read. */
function echoProof(request: Request): ReadRequest | undefined {
  if (request.kind === 'read') return undefined;
  return request.kind === 'write' ? proofForWrite(request.write) : proofForRaw(request.raw);
}

function proofForWrite(write: WriteRequest): ReadRequest | undefined {
  const { unit, address } = write;
  return unit !== 0 && isSingle(write) ? { unit, table: 'holding', address, count: 1 } : undefined;
}

function proofForRaw({ unit, bytes, answerLength, matches }: RawRequest): ReadRequest | undefined {
  const isSingleWrite = bytes[1] === 6 && answerLength > 0 && matches === undefined;
  return isSingleWrite ? { unit, table: 'holding', address: wordAt(bytes, 2), count: 1 } : undefined;
}

function isSingle(write: WriteRequest): boolean {
  return write.values.length === 1 && write.functionCode !== 16;
}
