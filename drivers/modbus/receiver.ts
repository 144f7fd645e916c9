import type { Codec, Expectation, Verdict } from './codec.ts';
import { LONGEST_RTU_FRAME } from './framing/index.ts';

/** Whether the adapter sends back what we send. Unknown after opening, until an answer other than a copy has come. */
export type EchoState = 'unproven' | 'on' | 'off';

export type Reception = Verdict | 'missing echo';

/** What there is when the time for an answer is over; `copy`: a copy of the request that is its good answer as well. */
export type Remainder = 'nothing' | 'copy' | 'good' | 'cut short';

/**
 * Collects the bytes of one answer and judges them. An RS-485 adapter that echoes makes a powered-off drive look
 * healthy, because the good answer to FC 6 is a copy of the request: so a copy is believed only once the line has shown
 * that it does not echo; on a line that does, the copy is taken off exactly once a request.
 */
export class Receiver {
  readonly #codec: Codec;
  readonly #bytes = Buffer.alloc(2 * LONGEST_RTU_FRAME);
  #length = 0;
  #from = 0;
  #expected: Expectation | undefined;
  #reception: Reception = 'more';
  #echo: EchoState;

  /** @param echo where to begin: `off` where no adapter can echo (TCP) */
  constructor(codec: Codec, echo: 'unproven' | 'off') {
    this.#codec = codec;
    this.#echo = echo;
  }

  get echo(): EchoState {
    return this.#echo;
  }

  expect(expected: Expectation): void {
    this.#expected = expected;
    this.#reception = 'more';
    this.#length = 0;
    this.#from = 0;
  }

  /** The answer found good, or a refusal; valid until the next `expect`. */
  answer(): Buffer {
    return this.#bytes.subarray(this.#from, this.#length);
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
    if (this.#length !== expected.request.length || !this.#beginsWithCopy(expected)) return 'cut short';
    if (this.#echo !== 'unproven') return 'nothing';
    const verdict = this.#judgeFrom(0, expected);
    if (verdict === 'good' || verdict === 'good unless more comes') return 'copy';
    this.#echo = 'on';
    return 'nothing';
  }

  #judge(expected: Expectation): Reception {
    if (this.#echo === 'off') return this.#judgeFrom(0, expected);
    return this.#echo === 'on' ? this.#afterEcho(expected) : this.#whileUnproven(expected);
  }

  #judgeFrom(from: number, expected: Expectation): Verdict {
    this.#from = from;
    return this.#codec.judge(this.#bytes, { from, to: this.#length }, expected);
  }

  #afterEcho(expected: Expectation): Reception {
    if (!this.#beginsWithCopy(expected)) return 'missing echo';
    return this.#length < expected.request.length ? 'more' : this.#judgeFrom(expected.request.length, expected);
  }

  #whileUnproven(expected: Expectation): Reception {
    if (!this.#beginsWithCopy(expected)) {
      const verdict = this.#judgeFrom(0, expected);
      if (verdict === 'good' || verdict === 'refused') this.#echo = 'off';
      return verdict;
    }
    if (this.#length <= expected.request.length) return 'more';
    const verdict = this.#judgeFrom(expected.request.length, expected);
    if (verdict === 'good' || verdict === 'refused') this.#echo = 'on';
    return verdict;
  }

  /** As far as both go. */
  #beginsWithCopy({ request }: Expectation): boolean {
    const compared = Math.min(this.#length, request.length);
    for (let index = 0; index < compared; index++) if (this.#bytes[index] !== request[index]) return false;
    return true;
  }
}
