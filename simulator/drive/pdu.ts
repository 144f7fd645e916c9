import {
  EXCEPTION_FLAG,
  MOST_READ_REGISTERS,
  MOST_WRITTEN_REGISTERS,
  wordAt,
} from '../../drivers/modbus/framing/index.ts';
import { ILLEGAL_FUNCTION, ILLEGAL_VALUE } from '../firmware/index.ts';

/** What a master asks for. Bodies are unit and PDU, without CRC or MBAP header. */
export type Request =
  | {
      readonly kind: 'read';
      readonly functionCode: number;
      readonly table: 'holding' | 'input';
      readonly address: number;
      readonly count: number;
    }
  | {
      readonly kind: 'write';
      readonly functionCode: number;
      readonly address: number;
      readonly values: readonly number[];
    };

export type ParsedRequest = Request | { readonly kind: 'refused'; readonly exception: number };

/** @param body unit and PDU of a frame whose CRC was good */
export function parseRequest(body: Uint8Array): ParsedRequest {
  const functionCode = body[1] ?? 0;
  const address = wordAt(body, 2);
  switch (functionCode) {
    case 3:
    case 4:
      return parseRead(body, functionCode === 3 ? 'holding' : 'input');
    case 6:
      return { kind: 'write', functionCode, address, values: [wordAt(body, 4)] };
    case 16:
      return parseWriteMultiple(body);
    default:
      return { kind: 'refused', exception: ILLEGAL_FUNCTION };
  }
}

export function encodeReadAnswer(body: Uint8Array, words: Uint16Array): Uint8Array {
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

/** FC 6 and 16 are answered with the first six bytes of the request. */
export const encodeWriteAnswer = (body: Uint8Array): Uint8Array => body.slice(0, 6);

export function encodeException(body: Uint8Array, exception: number): Uint8Array {
  return Uint8Array.of(body[0] ?? 0, (body[1] ?? 0) | EXCEPTION_FLAG, exception);
}

function parseRead(body: Uint8Array, table: 'holding' | 'input'): ParsedRequest {
  const count = wordAt(body, 4);
  if (count < 1 || count > MOST_READ_REGISTERS) return { kind: 'refused', exception: ILLEGAL_VALUE };
  return { kind: 'read', functionCode: body[1] ?? 0, table, address: wordAt(body, 2), count };
}

function parseWriteMultiple(body: Uint8Array): ParsedRequest {
  const count = wordAt(body, 4);
  const isSound =
    count >= 1 && count <= MOST_WRITTEN_REGISTERS && body[6] === 2 * count && body.length === 7 + 2 * count;
  if (!isSound) return { kind: 'refused', exception: ILLEGAL_VALUE };
  const values = Array.from({ length: count }, (_, index) => wordAt(body, 7 + 2 * index));
  return { kind: 'write', functionCode: 16, address: wordAt(body, 2), values };
}
