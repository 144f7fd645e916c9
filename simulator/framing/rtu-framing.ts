import type { Profile } from '../../drivers/profile/index.ts';
import {
  EXCEPTION_FLAG,
  MOST_READ_REGISTERS,
  MOST_WRITTEN_REGISTERS,
  requestLength,
  sealWithCrc,
  wordAt,
} from '../../drivers/modbus/framing/index.ts';
import { ILLEGAL_FUNCTION, ILLEGAL_VALUE } from '../firmware/index.ts';
import type { FrameSkills, Framing, ParsedRequest, ReadRequest } from './framing.ts';

const READ_HOLDING = 3;
const READ_INPUT = 4;
const WRITE_SINGLE = 6;
const DIAGNOSTICS = 8;
const WRITE_MULTIPLE = 16;
const READ_WRITE = 23;

/** Modbus RTU; also what is behind the header of Modbus TCP. */
export const rtuFraming: Framing = {
  requestLength: (bytes, to) => requestLength(bytes, 0, to),
  unitOf: (frame) => frame[0] ?? 0,
  functionOf: (frame) => frame[1] ?? 0,
  parse,
  readAnswer,
  // the first six bytes of the request, whether it wrote one register or many
  writeAnswer: (body) => body.slice(0, 6),
  refusal,
  readdressed(frame, unit) {
    const foreign = frame.slice();
    foreign[0] = unit ?? ((frame[0] ?? 0) % 247) + 1;
    return sealWithCrc(foreign);
  },
};

type Parse = (body: Uint8Array, skills: FrameSkills) => ParsedRequest;

const parsers: Readonly<Record<number, Parse>> = {
  [READ_HOLDING]: (body) => parseRead(body, 'holding'),
  [READ_INPUT]: (body) => parseRead(body, 'input'),
  [WRITE_SINGLE]: (body) => ({
    kind: 'write',
    functionCode: WRITE_SINGLE,
    address: wordAt(body, 2),
    values: [wordAt(body, 4)],
  }),
  // of the diagnostics only sub-function 0, which sends the request back
  [DIAGNOSTICS]: (body) => (wordAt(body, 2) === 0 ? { kind: 'echo', functionCode: DIAGNOSTICS } : unknownFunction),
  [WRITE_MULTIPLE]: parseWriteMultiple,
  [READ_WRITE]: parseReadWrite,
};

const unknownFunction = { kind: 'refused', exception: ILLEGAL_FUNCTION, why: 'function' } as const;
const wrongCount = { kind: 'refused', exception: ILLEGAL_VALUE, why: 'count' } as const;

function parse(body: Uint8Array, skills: FrameSkills): ParsedRequest {
  const functionCode = body[1] ?? 0;
  const parser = skills.functionCodes().includes(functionCode) ? parsers[functionCode] : undefined;
  return parser === undefined ? unknownFunction : parser(body, skills);
}

function parseRead(body: Uint8Array, table: 'holding' | 'input'): ReadRequest | typeof wrongCount {
  const count = wordAt(body, 4);
  if (count < 1 || count > MOST_READ_REGISTERS) return wrongCount;
  return { kind: 'read', functionCode: body[1] ?? 0, table, address: wordAt(body, 2), count };
}

function parseWriteMultiple(body: Uint8Array, skills: FrameSkills): ParsedRequest {
  const [address, count] = [wordAt(body, 2), wordAt(body, 4)];
  const bytes = body.subarray(7);
  if (count < 1 || count > MOST_WRITTEN_REGISTERS || body[6] !== bytes.length) return wrongCount;
  const values = bytes.length === 2 * count ? wordsOf(bytes) : skills.packed(address, count, bytes);
  return values === null ? wrongCount : { kind: 'write', functionCode: WRITE_MULTIPLE, address, values };
}

/** Writes first, then reads (Modbus Application Protocol V1.1b3, 6.17). */
function parseReadWrite(body: Uint8Array): ParsedRequest {
  const thenRead = parseRead(body, 'holding');
  const bytes = body.subarray(11);
  const count = wordAt(body, 8);
  const isSound = count >= 1 && body[10] === bytes.length && bytes.length === 2 * count;
  if (thenRead.kind === 'refused' || !isSound) return wrongCount;
  return { kind: 'write', functionCode: READ_WRITE, address: wordAt(body, 6), values: wordsOf(bytes), thenRead };
}

const wordsOf = (bytes: Uint8Array): readonly number[] =>
  Array.from({ length: bytes.length / 2 }, (_, index) => wordAt(bytes, 2 * index));

function readAnswer(body: Uint8Array, words: Uint16Array): Uint8Array {
  const answer = new Uint8Array(3 + 2 * words.length);
  answer[0] = body[0] ?? 0;
  answer[1] = body[1] ?? 0;
  answer[2] = 2 * words.length;
  for (let index = 0, at = 3; index < words.length; index++) {
    const word = words[index] ?? 0;
    answer[at++] = word >>> 8;
    answer[at++] = word & 0xff;
  }
  return answer;
}

/** What some drives answer to whatever read fails. */
const ALWAYS_81 = 0x81;

function refusal(body: Uint8Array, exception: number, style: Profile['refusals']): Uint8Array {
  const [unit = 0, functionCode = 0] = body;
  const isWrite = functionCode === WRITE_SINGLE || functionCode === WRITE_MULTIPLE;
  if (style === 'marker' && isWrite) return marked(body, functionCode);
  const isRead = functionCode === READ_HOLDING || functionCode === READ_INPUT;
  return Uint8Array.of(unit, style === 'always-81' && isRead ? ALWAYS_81 : functionCode | EXCEPTION_FLAG, exception);
}

/** An answer that looks good but for its last word: the value 0xFFFF, or the quantity 0. */
function marked(body: Uint8Array, functionCode: number): Uint8Array {
  const answer = body.slice(0, 6);
  answer.fill(functionCode === WRITE_SINGLE ? 0xff : 0, 4);
  return answer;
}
