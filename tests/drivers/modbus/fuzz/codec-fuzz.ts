import { seededRandom } from '../../../../drivers/base/index.ts';
import type { Codec, Request } from '../../../../drivers/modbus/codec.ts';
import {
  answerLength,
  createMbapSplitter,
  hasGoodCrc,
  requestLength,
} from '../../../../drivers/modbus/framing/index.ts';
import { framings } from '../../../../drivers/modbus/framings.ts';
import { Receiver } from '../../../../drivers/modbus/receiver.ts';
import { FrameSource } from './frame-source.ts';
import {
  isClosed,
  lengthOf,
  meaningOf,
  requestFrame,
  tcpMessage,
  tcpMessages,
  type AskedFor,
  type Meaning,
  type TcpMessage,
} from './specification.ts';

export interface FuzzOutcome {
  readonly frames: number;
  readonly crashes: number;
  readonly disagreements: number;
  /** How many frames meant what, to both. */
  readonly meanings: Readonly<Record<string, number>>;
  /** The first few that went wrong, to be run again. */
  readonly examples: readonly string[];
}

const MOST_EXAMPLES = 5;
const shown = (value: unknown): string => JSON.stringify(value);
const hex = (bytes: Iterable<number>): string => Buffer.from([...bytes]).toString('hex');

/** Feeds random and mutated frames to our codec and to the decoder of the test, and counts where they part. */
export class CodecFuzz {
  readonly #source: FrameSource;
  readonly #seed: number;
  readonly #serial: SerialSide;
  readonly #meanings: Record<string, number> = {};
  readonly #examples: string[] = [];
  #frames = 0;
  #crashes = 0;
  #disagreements = 0;

  /** @param codec ours, unless a test plants a mistake */
  constructor(seed: number, codec: Codec = framings.rtu().codec) {
    this.#seed = seed;
    this.#source = new FrameSource(seededRandom(seed));
    this.#serial = new SerialSide(codec);
  }

  run(frames: number): FuzzOutcome {
    for (let index = 0; index < frames; index++) {
      this.#frames++;
      try {
        if (this.#source.chance(0.7)) this.#tryAnswer();
        else this.#tryTcp();
      } catch (error) {
        this.#crashes++;
        this.#note(String(error));
      }
    }
    return {
      frames: this.#frames,
      crashes: this.#crashes,
      disagreements: this.#disagreements,
      meanings: { ...this.#meanings },
      examples: this.#examples,
    };
  }

  /** A request and what comes back on a serial line. */
  #tryAnswer(): void {
    const asked = this.#source.request();
    const request = requestFrame(asked);
    const manner = this.#source.pick(manners);
    const heard = [...this.#before(manner, request), ...this.#source.answer(asked)];
    this.#compareFrame(heard);
    const pieces = this.#source.pieces(heard);
    const ours = this.#serial.meaning({ asked, request }, manner, pieces);
    const theirs = firstMeaning({ asked, request }, manner, pieces);
    this.#meanings[theirs.kind] = (this.#meanings[theirs.kind] ?? 0) + 1;
    if (!isSame(ours, theirs)) {
      this.#differ(`${shown(asked)} ${manner}, heard ${pieces.map(hex).join(' ')}`, ours, theirs);
    }
  }

  #before(manner: Manner, request: readonly number[]): readonly number[] {
    if (manner === 'echoing') return this.#source.chance(0.9) ? request : this.#source.bytes(9);
    if (manner === 'noisy') return Array.from({ length: this.#source.below(4) }, () => this.#source.pick([0, 0xff]));
    return [];
  }

  /** What a drive, or a listener, makes of the bytes: length and CRC. */
  #compareFrame(heard: readonly number[]): void {
    const bytes = Uint8Array.from(heard);
    const ours = [requestLength(bytes), answerLength(bytes), hasGoodCrc(bytes)];
    const theirs = [asOurs(lengthOf('request', heard)), asOurs(lengthOf('answer', heard)), isClosed(heard)];
    if (!isSame(ours, theirs)) this.#differ(`length and CRC of ${hex(heard)}`, ours, theirs);
  }

  /** A stream of messages on TCP, some of them spoiled. */
  #tryTcp(): void {
    const stream: number[] = [];
    for (let messages = 1 + this.#source.below(3); messages > 0; messages--) stream.push(...this.#tcpMessage());
    const pieces = this.#source.pieces(stream);
    const messages: TcpMessage[] = [];
    const splitter = createMbapSplitter(({ transaction, body }) => messages.push({ transaction, body: [...body] }));
    const ends = !pieces.every((piece) => splitter.push(piece));
    const theirs = tcpMessages(stream);
    this.#meanings['TCP message'] = (this.#meanings['TCP message'] ?? 0) + theirs.messages.length;
    this.#meanings['TCP no more'] = (this.#meanings['TCP no more'] ?? 0) + (theirs.ends ? 1 : 0);
    const ours = { messages, ends };
    if (!isSame(ours, theirs)) this.#differ(`TCP stream ${pieces.map(hex).join(' ')}`, ours, theirs);
  }

  #tcpMessage(): number[] {
    const source = this.#source;
    const answer = source.answer(source.request());
    const message = tcpMessage({ transaction: source.below(0x1_0000), body: answer.slice(0, -2) });
    if (source.chance(0.8)) return message;
    message[source.below(Math.min(8, message.length))] = source.below(256);
    return source.chance(0.5) ? message : message.slice(0, source.below(message.length));
  }

  #differ(what: string, ours: unknown, theirs: unknown): void {
    this.#disagreements++;
    this.#note(`${what}: ours ${shown(ours)}, the specification ${shown(theirs)}`);
  }

  #note(what: string): void {
    if (this.#examples.length < MOST_EXAMPLES)
      this.#examples.push(`seed ${this.#seed}, frame ${this.#frames}: ${what}`);
  }
}

function isSameBytes(one: ArrayLike<number>, other: ArrayLike<number>): boolean {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  return at === one.length && at === other.length;
}

/** Plain values, arrays and records of them. */
function isSame(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return one === other;
  if (Array.isArray(one) && Array.isArray(other) && typeof one[0] === 'number') return isSameBytes(one, other);
  const [ones, others] = [Object.values(one), Object.values(other)];
  return ones.length === others.length && ones.every((value, at) => isSame(value, others[at]));
}

/** What may stand before an answer: nothing, up to two noise bytes, the copy that an adapter sends back. */
type Manner = 'plain' | 'noisy' | 'echoing';
const manners: readonly Manner[] = ['plain', 'plain', 'noisy', 'echoing'];

interface Sent {
  readonly asked: AskedFor;
  /** Its frame by the specification. */
  readonly request: readonly number[];
}

/** Our receiver with our codec, one for each manner. */
class SerialSide {
  readonly #codec: Codec;
  readonly #receivers: Readonly<Record<Manner, Receiver>>;

  constructor(codec: Codec) {
    this.#codec = codec;
    this.#receivers = {
      plain: new Receiver({ codec, echo: 'off', toleratesLeadingNoise: false }),
      noisy: new Receiver({ codec, echo: 'off', toleratesLeadingNoise: true }),
      echoing: this.#echoing(),
    };
  }

  meaning({ asked, request }: Sent, manner: Manner, pieces: readonly Uint8Array[]): Meaning {
    const receiver = this.#receivers[manner];
    const { refusals, saysBadCrc } = asked;
    const options = { lane: 'fast', turnaroundMs: 0, refusals, crcErrorException: saysBadCrc } as const;
    const expected = this.#codec.expect(requestOf(asked), options);
    if (!isSameBytes(expected.request, request)) throw new Error(`sends ${hex(expected.request)}, not ${hex(request)}`);
    receiver.expect(expected);
    for (const piece of pieces) {
      const reception = receiver.push(piece);
      if (reception === 'good') return { kind: 'values', values: [...this.#codec.values(receiver.answer())] };
      if (reception === 'refused') {
        return this.#refusal(receiver.answer(), { unit: asked.unit, options, executedIfLost: 'unknown' });
      }
      if (reception !== 'more') break;
    }
    return { kind: 'nothing' };
  }

  #refusal(answer: Uint8Array, asked: Parameters<Codec['refusal']>[1]): Meaning {
    const { code, exceptionCode } = this.#codec.refusal(answer, asked);
    if (code === 'BAD_FRAME') return { kind: 'request came garbled' };
    return exceptionCode === undefined ? { kind: 'marked refusal' } : { kind: 'exception', code: exceptionCode };
  }

  /** One that has learnt from an answer that the line echoes. */
  #echoing(): Receiver {
    const receiver = new Receiver({ codec: this.#codec, echo: 'unproven', toleratesLeadingNoise: false });
    const read = { unit: 1, table: 'holding', address: 0, count: 1 } as const;
    const expected = this.#codec.expect({ kind: 'read', read }, { lane: 'fast', turnaroundMs: 0 });
    receiver.expect(expected);
    receiver.push(expected.request);
    receiver.push(Uint8Array.of(1, 3, 2, 0, 7, 0xf9, 0x86));
    if (receiver.echo !== 'on') throw new Error('the echo was not noticed');
    return receiver;
  }
}

function requestOf({ unit, functionCode, address, count, values }: AskedFor): Request {
  if (functionCode === 6 || functionCode === 16)
    return { kind: 'write', write: { unit, address, values, functionCode } };
  return { kind: 'read', read: { unit, table: functionCode === 3 ? 'holding' : 'input', address, count } };
}

/** By the specification: of what has come after each piece, the first that is exactly an answer. */
function firstMeaning(sent: Sent, manner: Manner, pieces: readonly Uint8Array[]): Meaning {
  const heard = Buffer.concat(pieces);
  const from = whereAnswerBegins(heard, manner, sent.request);
  let to = 0;
  for (const piece of pieces) {
    to += piece.length;
    if (to <= from) continue;
    const meaning = meaningOf(heard.subarray(from, to), sent.asked);
    if (meaning.kind !== 'nothing') return meaning;
  }
  return { kind: 'nothing' };
}

/** At the end where none can. */
function whereAnswerBegins(heard: Uint8Array, manner: Manner, request: readonly number[]): number {
  if (manner === 'plain') return 0;
  if (manner === 'echoing') return request.every((byte, at) => heard[at] === byte) ? request.length : heard.length;
  const begins = heard.findIndex((byte) => byte !== 0 && byte !== 0xff);
  return begins <= 2 ? Math.max(0, begins) : heard.length;
}

/** Lengths in the words of our framing. */
function asOurs(length: number | null): number | string {
  if (length === null) return 'more';
  return Number.isNaN(length) ? 'unknown' : length;
}
