import { get, type IncomingMessage } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { createVirtualClock, type VirtualClock } from '../../../drivers/base/index.ts';
import { listen } from '../../../services/platform/doors/index.ts';
import {
  createHttpServer,
  openEventStream,
  type EventStream,
  type HttpServer,
} from '../../../services/platform/http/index.ts';
import { createLogger } from '../../../services/platform/process/index.ts';

const logger = createLogger({ name: 'test', output: { write: () => undefined } });
let server: HttpServer | null = null;
afterEach(async () => {
  await server?.close();
});

interface Opened {
  readonly stream: EventStream;
  readonly response: IncomingMessage;
  readonly clock: VirtualClock;
  readonly read: (until: string) => Promise<string>;
}

async function open(): Promise<Opened> {
  const clock = createVirtualClock();
  const streams: EventStream[] = [];
  server = createHttpServer({ logger, access: { kind: 'open' }, hosts: [] });
  server.get('/stream', (request, reply) => {
    streams.push(openEventStream(request, reply, { clock, heartbeatMs: 1000, bufferBytes: 100_000 }));
  });
  const url = await listen(server, { host: '127.0.0.1', port: 0 });
  const response = await new Promise<IncomingMessage>((resolve) => get(`${url}/stream`, resolve));
  let text = '';
  response.setEncoding('utf8');
  const read = async (until: string): Promise<string> => {
    while (!text.includes(until)) {
      const chunk: unknown =
        response.read() ?? (await new Promise((resolve) => response.once('readable', () => resolve(null))));
      if (typeof chunk === 'string') text += chunk;
    }
    return text;
  };
  return { stream: streams[0]!, response, clock, read };
}

test('events arrive with their names, one line of data each, under the headers of an event stream', async () => {
  const { stream, response, read } = await open();
  stream.send('state', '{"position":1}');
  stream.send('state', 'two\nlines');
  expect(await read('lines\n\n')).toContain('event: state\ndata: {"position":1}\n\nevent: state\ndata: two lines\n\n');
  expect(response.headers).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
});

test('a silent stream says that it is there, so that nobody on the way closes it', async () => {
  const { clock, read } = await open();
  await clock.advance(1000);
  expect(await read(': here\n\n')).toContain(': here\n\n');
});

test('a reader that leaves is noticed', async () => {
  const { stream, response } = await open();
  const gone = new Promise<string>((resolve) => stream.onClose(() => resolve('gone')));
  response.destroy();
  expect(await gone).toBe('gone');
});

test('a reader that does not read is cut off instead of filling the memory', async () => {
  const { stream, response } = await open();
  response.on('error', () => undefined);
  const ends: string[] = [];
  stream.onClose(() => ends.push('cut off'));
  const megabyte = 'x'.repeat(1_000_000);
  for (let sent = 0; sent < 100 && ends.length === 0; sent++) {
    stream.send('state', megabyte);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(ends).toEqual(['cut off']);
});

test('a first event longer than all that may wait is read to its end, and what comes after it', async () => {
  const { stream, read } = await open();
  const snapshot = 'x'.repeat(10_000_000);

  stream.send('snapshot', snapshot);
  stream.send('state', 'after it');

  expect((await read('after it\n\n')).length).toBeGreaterThan(snapshot.length);
});
