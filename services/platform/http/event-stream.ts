import type { FastifyReply, FastifyRequest } from 'fastify';
import { systemClock, type Cancel, type Clock } from '../../../drivers/base/index.ts';

export interface EventStream {
  /** `data` is one line of text, usually JSON; `event` a word. */
  send(event: string, data: string): void;
  onClose(listener: () => void): void;
}

interface StreamOptions {
  readonly clock?: Clock;
  readonly heartbeatMs?: number;
  /** What may wait for a slow reader, besides the first event. */
  readonly bufferBytes?: number;
}

/** Proxies close silent connections, often after 30 s. */
const HEARTBEAT_MS = 15_000;
const BUFFER_BYTES = 262_144;

/**
 * Answers a request with server-sent events until the reader leaves. A reader that does not keep up is cut off; it
 * reconnects and begins with a fresh snapshot, which is better than old positions late. That snapshot itself, of a large
 * site, may be longer than all that may wait behind it.
 */
export function openEventStream(
  request: FastifyRequest,
  reply: FastifyReply,
  options: StreamOptions = {},
): EventStream {
  const { clock = systemClock, heartbeatMs = HEARTBEAT_MS, bufferBytes = BUFFER_BYTES } = options;
  const response = reply.raw;
  for (const [name, value] of Object.entries(reply.getHeaders()))
    if (value !== undefined) response.setHeader(name, value);
  reply.hijack();
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  let firstBytes = 0;
  const write = (text: string): void => {
    if (response.destroyed) return;
    response.write(text);
    if (response.writableLength > bufferBytes + firstBytes) response.destroy();
  };
  write(': open\n\n');

  let cancel: Cancel | null = null;
  const beat = (): void => {
    cancel = clock.after(heartbeatMs, () => {
      write(': here\n\n');
      beat();
    });
  };
  beat();
  response.once('close', () => cancel?.());
  return {
    send(event, data) {
      const text = `event: ${oneLine(event)}\ndata: ${oneLine(data)}\n\n`;
      if (firstBytes === 0) firstBytes = Buffer.byteLength(text);
      write(text);
    },
    onClose: (listener) => void (request.raw.destroyed ? listener() : response.once('close', listener)),
  };
}

const oneLine = (text: string): string => text.replace(/[\r\n]+/g, ' ');
