import type { Random } from '../../../../drivers/base/index.ts';
import { answerFrame, closed, type AskedFor } from './specification.ts';

/** Random requests and what might come back, right and wrong; the same seed gives the same. */
export class FrameSource {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** A whole number from 0 up to, not including, `below`. */
  below(below: number): number {
    return Math.floor(this.#random() * below);
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)]!;
  }

  chance(share: number): boolean {
    return this.#random() < share;
  }

  request(): AskedFor {
    const functionCode = this.pick([3, 4, 6, 16] as const);
    const isRead = functionCode <= 4;
    // Mostly short, sometimes as long as a frame can be.
    const most = isRead ? 125 : functionCode === 6 ? 1 : 123;
    const count = 1 + this.below(this.chance(0.95) ? Math.min(most, 8) : most);
    return {
      unit: 1 + this.below(247),
      functionCode,
      address: this.#word() % (0x1_0000 - count),
      count: isRead ? count : 0,
      values: isRead ? [] : this.#words(count),
      refusals: this.pick(['standard', 'standard', 'marker', 'always-81']),
      saysBadCrc: this.chance(0.2),
    };
  }

  /** What a line might hear after the request. */
  answer(asked: AskedFor): number[] {
    const kind = this.below(100);
    if (kind < 25) return this.#right(asked);
    if (kind < 35) return this.#exception(asked);
    if (kind < 42) return this.#marked(asked);
    if (kind < 72) return this.#spoiled(this.chance(0.7) ? this.#right(asked) : this.#exception(asked));
    if (kind < 82) return this.#right({ ...this.request(), ...this.#partOf(asked) });
    if (kind < 90) return [...this.#right(asked), ...(this.chance(0.5) ? this.#right(asked) : this.bytes(4))];
    return this.chance(0.3) ? closed([asked.unit, ...this.bytes(12)]) : this.bytes(this.pick([4, 12, 40, 300]));
  }

  /** Bytes in pieces as a port might deliver them: whole, one by one, or cut anywhere. */
  pieces(bytes: readonly number[]): Uint8Array[] {
    const kind = this.below(3);
    const whole = Uint8Array.from(bytes);
    if (kind === 0) return [whole];
    const pieces: Uint8Array[] = [];
    for (let from = 0; from < bytes.length;) {
      const to = from + (kind === 1 ? 1 : 1 + this.below(bytes.length));
      pieces.push(whole.subarray(from, to));
      from = to;
    }
    return pieces;
  }

  /** Up to `most` bytes of anything. */
  bytes(most: number): number[] {
    const bytes: number[] = [];
    for (let left = this.below(most + 1); left > 0; left--) bytes.push(this.#byte());
    return bytes;
  }

  /** Flipped, replaced, lost, doubled or cut bytes; now and then with a CRC that fits them again. */
  #spoiled(frame: readonly number[]): number[] {
    const bytes = this.chance(0.5) ? this.#edited(frame.slice(0, -2)) : this.#edited(frame);
    return bytes.length < frame.length - 1 || this.chance(0.5) ? closed(bytes) : bytes;
  }

  #edited(frame: readonly number[]): number[] {
    const bytes = [...frame];
    const at = this.below(bytes.length);
    switch (this.below(6)) {
      case 0:
        for (let flips = 1 + this.below(4); flips > 0; flips--) {
          const where = this.below(bytes.length);
          bytes[where] = bytes[where]! ^ (1 << this.below(8));
        }
        return bytes;
      case 1:
        bytes[at] = this.#byte();
        return bytes;
      case 2:
        bytes.splice(at, 1);
        return bytes;
      case 3:
        bytes.splice(at, 0, this.chance(0.5) ? bytes[at]! : this.#byte());
        return bytes;
      case 4:
        return bytes.slice(0, at);
      default:
        return [...bytes, ...this.bytes(3)];
    }
  }

  #right(asked: AskedFor): number[] {
    return answerFrame(asked, this.#words(asked.count));
  }

  #exception(asked: AskedFor): number[] {
    const functionCode = this.chance(0.7) ? 128 + asked.functionCode : this.pick([0x81, 0x83, 0x84, 0x86, 0x90]);
    return closed([asked.unit, functionCode, this.chance(0.9) ? 1 + this.below(11) : this.#byte()]);
  }

  /** What drives answer to writes that they do not carry out, and what looks like it. */
  #marked(asked: AskedFor): number[] {
    const marker = this.chance(0.5) ? 0xff : 0;
    return closed([asked.unit, asked.functionCode, asked.address >> 8, asked.address % 256, marker, marker]);
  }

  /** Some of the fields, so that only the others differ. */
  #partOf(asked: AskedFor): Partial<AskedFor> {
    const { unit, functionCode, address, count, values } = asked;
    return this.pick<Partial<AskedFor>>([
      { unit },
      { unit, functionCode, count, values },
      { functionCode, address, count, values },
      {},
    ]);
  }

  #words(count: number): number[] {
    const words: number[] = [];
    while (words.length < count) words.push(this.#word());
    return words;
  }

  /** Edges are likelier than others. */
  #word(): number {
    return this.chance(0.2) ? this.pick([0, 1, 0xff, 0x100, 0x7fff, 0x8000, 0xfffe, 0xffff]) : this.below(0x1_0000);
  }

  #byte(): number {
    return this.chance(0.2) ? this.pick([0, 1, 3, 0x7f, 0x80, 0xfe, 0xff]) : this.below(256);
  }
}
