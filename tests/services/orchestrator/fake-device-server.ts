import { createServer, type IncomingMessage, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { DriveDescription, DriveStateMessage } from '../../../services/contracts/index.ts';

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A device process as far as HTTP goes: says what a test lets it say and remembers what it was asked. */
export interface FakeDeviceServer {
  readonly port: number;
  readonly asked: Asked[];
  /** Answers by `METHOD /path`; an answer that never comes is null. */
  readonly answers: Map<string, { status: number; body: unknown; headers?: Record<string, string> } | null>;
  close(): Promise<void>;
}

export async function startFakeDevice(
  description: DriveDescription,
  state: DriveStateMessage,
): Promise<FakeDeviceServer> {
  const asked: Asked[] = [];
  const answers: FakeDeviceServer['answers'] = new Map();
  const server: Server = createServer((request, response) => {
    void (async () => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      const [path = ''] = (request.url ?? '').split('?');
      asked.push({ method: request.method ?? '', path, headers: request.headers, body });
      const answer = answers.get(`${request.method} ${path}`);
      if (answer === null) return;
      response.writeHead(answer?.status ?? 404, { 'content-type': 'application/json', ...answer?.headers });
      response.end(JSON.stringify(answer?.body ?? { code: 'notFound' }));
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  answers.set('GET /v1/drives', { status: 200, body: [{ ...description, url }] });
  answers.set(`GET /v1/drives/${description.drive}/state`, { status: 200, body: state });
  return {
    port,
    asked,
    answers,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
