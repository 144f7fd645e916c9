import { beginningsOf } from '../base/index.ts';
import type { Codec, Expectation, Verdict } from './codec.ts';
import { LONGEST_RTU_FRAME } from './framing/index.ts';

/** Whether the adapter sends back what we send. Unknown after opening, until an answer other than a copy has come. */
export type EchoState = 'unproven' | 'on' | 'off';

export type Reception = Verdict | 'missing echo';

/** What there is when the time for an answer is over; `copy`: a copy of the request that is its good answer as well. */
export type Remainder = 'nothing' | 'copy' | 'good' | 'cut short';

export interface ReceiverOptions {
  readonly codec: Codec;
  /** Where to begin: `off` where no adapter can echo (TCP). */
  readonly echo: 'unproven' | 'off';
  readonly toleratesLeadingNoise: boolean;
}

/** What adapters add while they turn the line around: no more than two bytes of all zeros or all ones. */
const MOST_NOISE_BYTES = 2;
const isNoise = (byte: number | undefined): boolean => byte === 0x00 || byte === 0xff;

/**
 * Collects the bytes of one answer and judges them. An RS-485 adapter that echoes makes a powered-off drive look
 * healthy, because the good answer to FC 6 is a copy of the request: so a copy is believed only once the line has shown
 * that it does not echo; on a line that does, the copy is taken off exactly once a request.
 */
export class Receiver {
  readonly #codec: Codec;
  readonly #toleratesLeadingNoise: boolean;
  readonly #bytes = Buffer.alloc(2 * LONGEST_RTU_FRAME);
  readonly #beginning = beginningsOf(this.#bytes);
  #length = 0;
  #from = 0;
  #hasNoise = false;
  #expected: Expectation | undefined;
  #reception: Reception = 'more';
  #echo: EchoState;

  constructor(options: ReceiverOptions) {
    this.#codec = options.codec;
    this.#echo = options.echo;
    this.#toleratesLeadingNoise = options.toleratesLeadingNoise;
  }

  get echo(): EchoState {
    return this.#echo;
  }

  /** Whether noise stood before the answer or its echo. */
  get hadLeadingNoise(): boolean {
    return this.#hasNoise;
  }

  expect(expected: Expectation): void {
    this.#expected = expected;
    this.#reception = 'more';
    this.#length = 0;
    this.#from = 0;
    this.#hasNoise = false;
  }

  /** The answer found good, or a refusal; valid until the next `expect`. */
  answer(): Buffer {
    return this.#from === 0 ? this.#beginning(this.#length) : this.#bytes.subarray(this.#from, this.#length);
  }

  push(chunk: Uint8Array): Reception {
    if (this.#expected === undefined || this.#length + chunk.length > this.#bytes.length) return 'extra bytes';
    this.#bytes.set(chunk, this.#length);
    this.#length += chunk.length;
    this.#reception = this.#judge(this.#expected);
    return this.#reception;
  }

  /** Time is up. A copy of a request whose good answer is none proves an echo. */
  remainder(): Remainder {
    const expected = this.#expected;
    if (expected === undefined || this.#length === 0) return 'nothing';
    if (this.#reception === 'good unless more comes') return 'good';
    const start = this.#pastNoise(0, expected);
    if (this.#length - start !== expected.request.length || !this.#beginsWithCopy(start, expected)) return 'cut short';
    if (this.#echo !== 'unproven') return 'nothing';
    const verdict = this.#judgeFrom(start, expected);
    if (verdict === 'good' || verdict === 'good unless more comes') return 'copy';
    this.#echo = 'on';
    return 'nothing';
  }

  #judge(expected: Expectation): Reception {
    const start = this.#pastNoise(0, expected);
    if (this.#echo === 'off') return this.#judgeFrom(start, expected);
    return this.#echo === 'on' ? this.#afterEcho(start, expected) : this.#whileUnproven(start, expected);
  }

  #judgeFrom(from: number, expected: Expectation): Verdict {
    this.#from = from;
    return this.#codec.judge(this.#bytes, { from, to: this.#length }, expected);
  }

  #judgeBehindCopy(start: number, expected: Expectation): Verdict {
    return this.#judgeFrom(this.#pastNoise(start + expected.request.length, expected), expected);
  }

  #afterEcho(start: number, expected: Expectation): Reception {
    if (!this.#beginsWithCopy(start, expected)) return 'missing echo';
    return this.#length - start < expected.request.length ? 'more' : this.#judgeBehindCopy(start, expected);
  }

  #whileUnproven(start: number, expected: Expectation): Reception {
    if (!this.#beginsWithCopy(start, expected)) {
      const verdict = this.#judgeFrom(start, expected);
      if (verdict === 'good' || verdict === 'refused') this.#echo = 'off';
      return verdict;
    }
    if (this.#length - start <= expected.request.length) return 'more';
    const verdict = this.#judgeBehindCopy(start, expected);
    // of a write, two copies may be echo and answer, or the answers to two requests of which the first came late
    if (expected.layout === 'read' && (verdict === 'good' || verdict === 'refused')) this.#echo = 'on';
    return verdict;
  }

  /**
   * Where what follows the noise at `from` begins. No echo and no answer begins with such a byte, unless a rule of its
   * own says how the answer looks.
   */
  #pastNoise(from: number, { request, matches }: Expectation): number {
    if (!this.#toleratesLeadingNoise || matches !== undefined) return from;
    const end = Math.min(this.#length, from + MOST_NOISE_BYTES);
    let at = from;
    while (at < end && isNoise(this.#bytes[at]) && this.#bytes[at] !== request[0]) at++;
    if (at > from) this.#hasNoise = true;
    return at;
  }

  /** As far as both go. */
  #beginsWithCopy(start: number, { request }: Expectation): boolean {
    const compared = Math.min(this.#length - start, request.length);
    for (let index = 0; index < compared; index++) if (this.#bytes[start + index] !== request[index]) return false;
    return true;
  }
}
