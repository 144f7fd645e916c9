import { describe, expect, it } from 'vitest';
import { createPduLibrary } from '../../../drivers/modbus/library.ts';
import type { ReadRequest } from '../../../drivers/modbus/line.ts';
import { frame, goodAnswer, hex, valueOf } from './line-bench.ts';

const read = (unit: number, address: number, count = 2): ReadRequest => ({ unit, table: 'holding', address, count });
const answerTo = (request: Uint8Array): Buffer => Buffer.from(goodAnswer(request));
const valuesOf = ({ unit, address, count }: ReadRequest): readonly number[] =>
  Array.from({ length: count }, (_, index) => valueOf(unit, address + index));

describe('reads that come again', () => {
  it('are the same bytes, and their answers mean the same, whatever was asked between', () => {
    const library = createPduLibrary();
    // 3 * 512 reads, so that each place of the memory is taken again and again
    const requests = Array.from({ length: 512 }, (_, index) => read(1 + (index % 247), 37 * index, 1 + (index % 125)));
    for (let round = 0; round < 3; round++) {
      for (const request of requests) {
        const sent = library.encodeRead(request);
        const { unit, address, count } = request;
        expect(hex(sent)).toBe(hex(frame(unit, 3, address >> 8, address & 0xff, 0, count)));
        expect(library.parse(answerTo(sent))).toEqual(valuesOf(request));
        expect(library.encodeRead({ ...request, table: 'input' })[1]).toBe(4);
      }
    }
  });

  it('refuse the answer to another request, as on the first time', () => {
    const library = createPduLibrary();
    const [one, other] = [read(1, 100, 2), read(2, 100, 3)];
    const [first, second] = [library.encodeRead(one), library.encodeRead(other)];
    library.encodeRead(one);
    expect(() => library.parse(answerTo(second))).toThrow('refused an answer');
    expect(library.parse(answerTo(first))).toEqual(valuesOf(one));
  });

  it('are never taken for one another where they share a place: another address, another table', () => {
    const library = createPduLibrary();
    const one = read(3, 40);
    // 256 * 7 further on is the same place
    const others: readonly ReadRequest[] = [read(3, 40 + 256), { ...one, table: 'input' }];
    for (const other of others) {
      const first = hex(library.encodeRead(one));
      expect(hex(library.encodeRead(other))).not.toBe(first);
      expect(hex(library.encodeRead(one))).toBe(first);
    }
  });

  it('are answered after a write, and a write after them', () => {
    const library = createPduLibrary();
    const request = read(7, 40);
    library.encodeRead(request);
    const write = library.encodeWrite({ unit: 7, address: 40, values: [1] });
    expect(library.parse(answerTo(write))).toEqual([]);
    expect(library.parse(answerTo(library.encodeRead(request)))).toEqual(valuesOf(request));
  });

  it('are made anew after one in their place could not be made', () => {
    const library = createPduLibrary();
    const request = read(44, 9);
    library.encodeRead(request);
    // 256 units further on is the same place
    expect(() => library.encodeRead(read(300, 9))).toThrow(RangeError);
    expect(library.parse(answerTo(library.encodeRead(request)))).toEqual(valuesOf(request));
  });

  it('leave as bytes whose copy is a copy', () => {
    const library = createPduLibrary();
    const sent = library.encodeRead(read(1, 1));
    sent.slice().fill(0xff);
    expect(hex(library.encodeRead(read(1, 1)))).toBe(hex(frame(1, 3, 0, 1, 0, 2)));
  });
});
