import { expect, test } from 'vitest';
import { createVirtualClock, type VirtualClock } from '../../../drivers/base/index.ts';
import { createMbapSplitter, encodeMbap, type MbapMessage } from '../../../drivers/modbus/framing/index.ts';
import { createLine, type ModbusLine } from '../../../drivers/modbus/index.ts';
import { memoryPortPair, type BytePort } from '../../../drivers/transport/index.ts';
import { fast, goodAnswer, hex, holding, settledIn, writing } from './line-bench.ts';

const refuses = (...bytes: number[]): boolean => !createMbapSplitter(() => undefined).push(Uint8Array.from(bytes));

interface TcpBench {
  readonly clock: VirtualClock;
  readonly line: ModbusLine;
  readonly server: BytePort;
  onMessage: (message: MbapMessage) => void;
}

const bodyOf = (message: MbapMessage): Uint8Array =>
  goodAnswer(Uint8Array.from([...message.body, 0, 0])).subarray(0, -2);

async function tcpBench(): Promise<TcpBench> {
  const clock = createVirtualClock();
  const cable = memoryPortPair({ clock });
  const splitter = createMbapSplitter((message) => bench.onMessage({ ...message, body: message.body.slice() }));
  const server = await cable.far({ bytes: (chunk) => void splitter.push(chunk), lost: () => undefined });
  const line = createLine({ name: 'press', open: cable.near, framing: 'mbap', clock, serial: null });
  const bench: TcpBench = {
    clock,
    line,
    server,
    onMessage: (message) => server.write(encodeMbap(message.transaction, bodyOf(message))),
  };
  await clock.advance(1);
  return bench;
}

test('reads and writes travel under the TCP header', async () => {
  const { clock, line } = await tcpBench();

  expect(await settledIn(clock, line.read(holding(1, 100), fast))).toEqual([1100, 1101]);
  expect(await settledIn(clock, line.write({ unit: 1, address: 5, values: [7] }, writing))).toBeUndefined();
});

test('an answer that comes too late is dropped by its transaction id, without a quarantine', async () => {
  const bench = await tcpBench();
  const { clock, line, server } = bench;
  const held: Uint8Array[] = [];
  const answer = bench.onMessage;
  bench.onMessage = (message) => void held.push(encodeMbap(message.transaction, bodyOf(message)));
  const late = await settledIn(clock, line.read(holding(1, 100), fast));
  bench.onMessage = (message) => {
    for (const bytes of held.splice(0)) server.write(bytes);
    answer(message);
  };

  const begunMs = clock.nowMs();
  const next = await settledIn(clock, line.read(holding(1, 200), fast));

  expect(late).toMatchObject({ code: 'TIMEOUT' });
  expect(next).toEqual([1200, 1201]);
  expect(clock.nowMs() - begunMs).toBeLessThan(10);
  expect(line.stats()).toMatchObject({ quarantines: 0, strayFrames: 1 });
});

test('the right transaction id with another unit or length is still a bad frame', async () => {
  const bench = await tcpBench();
  bench.onMessage = ({ transaction }) => bench.server.write(encodeMbap(transaction, Uint8Array.of(2, 3, 2, 0, 1)));

  const outcome = await settledIn(bench.clock, bench.line.read(holding(1, 100, 1), fast));

  expect(outcome).toMatchObject({ code: 'BAD_FRAME' });
});

test('a stream that is no Modbus TCP closes the connection and opens another', async () => {
  const bench = await tcpBench();
  bench.onMessage = () => bench.server.write(new TextEncoder().encode('HTTP/1.1 400 Bad Request'));

  const outcome = await settledIn(bench.clock, bench.line.read(holding(1, 100), fast));
  await bench.clock.advance(300);

  expect(outcome).toMatchObject({ code: 'PORT_LOST' });
  expect(bench.line.state()).toBe('online');
  expect(bench.line.stats().openedPorts).toBe(2);
});

test('the splitter finds messages however they are sliced, and refuses lengths outside 2 to 254', () => {
  const message = encodeMbap(7, Uint8Array.of(1, 3, 2, 0xab, 0xcd));
  const stream = Uint8Array.from([...message, ...encodeMbap(8, Uint8Array.of(1, 0x83, 2)), ...message]);
  for (let slice = 1; slice <= stream.length; slice++) {
    const seen: string[] = [];
    const splitter = createMbapSplitter(({ transaction, body }) => seen.push(`${transaction}:${hex(body)}`));
    for (let at = 0; at < stream.length; at += slice) splitter.push(stream.subarray(at, at + slice));
    expect(seen).toEqual(['7:010302abcd', '8:018302', '7:010302abcd']);
  }
  expect(refuses(0, 1, 0, 0, 0, 1)).toBe(true);
  expect(refuses(0, 1, 0, 0, 0, 255)).toBe(true);
  expect(refuses(0, 1, 0, 0, 1, 0)).toBe(true);
  expect(refuses(0, 1, 0, 1, 0, 6)).toBe(true);
  expect(() => encodeMbap(1, new Uint8Array(255))).toThrow('2 to 254 bytes, not 255');
});
