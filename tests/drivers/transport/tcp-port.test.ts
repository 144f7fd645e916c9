import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { EventEmitter, once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { systemClock, createVirtualClock } from '../../../drivers/base/index.ts';
import { openTcp } from '../../../drivers/transport/index.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function serve(accept: (socket: Socket) => void): Promise<number> {
  const server = createServer(accept);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

test('bytes go out and come back over TCP', async () => {
  const port = await serve((socket) => socket.pipe(socket));
  const heard = new EventEmitter();
  const open = openTcp({ host: '127.0.0.1', port, clock: systemClock });

  const tcp = await open({ bytes: (chunk) => heard.emit('bytes', [...chunk]), lost: () => undefined });
  const arrived = once(heard, 'bytes');
  tcp.write(Uint8Array.of(1, 2, 3));

  expect(await arrived).toEqual([[1, 2, 3]]);
  await tcp.close();
});

test('a peer that closes is a lost port, told once', async () => {
  const port = await serve((socket) => socket.end());
  const losses: string[] = [];
  const told = new EventEmitter();
  told.on('lost', (code: string) => losses.push(code));
  const lost = once(told, 'lost');
  const listener = { bytes: () => undefined, lost: ({ code }: { code: string }) => void told.emit('lost', code) };

  const tcp = await openTcp({ host: '127.0.0.1', port, clock: systemClock })(listener);
  await lost;
  await tcp.close();

  expect(losses).toEqual(['PORT_LOST']);
});

test('a refused connection says what to check', async () => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));

  const open = openTcp({ host: '127.0.0.1', port, clock: systemClock });

  await expect(open({ bytes: () => undefined, lost: () => undefined })).rejects.toMatchObject({
    code: 'PORT_UNAVAILABLE',
    message: `tcp 127.0.0.1:${port} cannot be reached: nothing listens there; check the port number and that the gateway or drive is switched on`,
  });
});

test('an address that never answers is given up after the connect time', async () => {
  const clock = createVirtualClock();
  // 192.0.2.0/24 is reserved for documentation (RFC 5737): nobody answers there, or the network says so at once.
  const open = openTcp({ host: '192.0.2.1', port: 502, clock, connectTimeoutMs: 1000 });
  const opening = open({ bytes: () => undefined, lost: () => undefined }).catch((error: unknown) => error);

  await clock.advance(1000);

  expect(await opening).toMatchObject({ code: 'PORT_UNAVAILABLE' });
});

test('an aborted opening leaves nothing behind', async () => {
  const port = await serve(() => undefined);
  const open = openTcp({ host: '127.0.0.1', port, clock: systemClock });

  const opening = open(
    { bytes: () => undefined, lost: () => undefined },
    AbortSignal.abort(new Error('shutting down')),
  );

  await expect(opening).rejects.toMatchObject({ code: 'PORT_UNAVAILABLE' });
});
