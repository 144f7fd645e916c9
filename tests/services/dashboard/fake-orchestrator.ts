import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import type { AddressInfo } from 'node:net';
import { randomUUID } from 'node:crypto';
import { systemClock, type Cancel } from '../../../drivers/base/index.ts';
import { problem, type SiteMessage, type StopReport } from '../../../services/contracts/index.ts';
import { act, advance, createFakeDrive, type FakeDrive } from './fake-drive.ts';

const TICK_MS = 100;
const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};
/** What the page must get along with: nothing inline, nothing from elsewhere. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'";

export interface FakeOrchestrator {
  readonly url: string;
  readonly drives: readonly FakeDrive[];
  /** Every POST body seen, with its path. */
  readonly posts: readonly { readonly path: string; readonly body: Record<string, unknown> }[];
  /** Tells the page a drive's state as it is now. */
  say(drive: FakeDrive): void;
  /** Drives whose stop is sent but never proved. */
  unconfirmed: readonly string[];
  /** Cuts every event stream; refuses new ones while true. */
  setDeaf(deaf: boolean): void;
  close(): Promise<void>;
}

const nothing = (): void => undefined;

function reply(response: ServerResponse, [status, body]: readonly [number, unknown]): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** A tiny stand-in for the orchestrator with the real shapes over real HTTP: for building the page and for rare cases. */
export async function startFakeOrchestrator({
  page,
  prefix = '',
}: {
  page: string;
  prefix?: string;
}): Promise<FakeOrchestrator> {
  const drives = [
    createFakeDrive({ drive: 'lift-left', line: 'bench', unit: 1, axisUnit: 'mm', range: [0, 400], maxVelocity: 50 }),
    createFakeDrive({ drive: 'lift-right', line: 'bench', unit: 2, axisUnit: 'mm', range: [0, 400], maxVelocity: 50 }),
    createFakeDrive({
      drive: 'turntable',
      line: 'bench',
      unit: 3,
      axisUnit: 'deg',
      range: [-180, 180],
      maxVelocity: 60,
    }),
    createFakeDrive({ drive: 'curtain', line: 'window', unit: 1, axisUnit: '%', range: [0, 100], maxVelocity: 12 }),
  ];
  const streams = new Set<ServerResponse>();
  const posts: { path: string; body: Record<string, unknown> }[] = [];
  let isDeaf = false;

  const send = (event: string, data: unknown, to: Iterable<ServerResponse> = streams): void => {
    for (const stream of to) stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  const groupState = (): unknown => {
    const members = drives
      .slice(0, 2)
      .map(({ state }) => ({ drive: state.drive, state: state.state, position: state.position }));
    const has = (state: string): boolean => members.some((member) => member.state === state);
    const state = has('errorStop')
      ? 'groupErrorStop'
      : has('stopping')
        ? 'groupStopping'
        : has('homing')
          ? 'groupHoming'
          : has('discreteMotion')
            ? 'groupMoving'
            : has('disabled')
              ? 'groupDisabled'
              : 'groupStandby';
    return { group: 'lift', state, members, command: null, seq: 1 };
  };
  const site = (): SiteMessage => ({
    site: 'demo',
    version: '0.1.0',
    simulated: true,
    ready: true,
    lines: [],
    drives: drives.map(({ description }) => ({
      drive: description.drive,
      line: description.line,
      availability: 'online',
      url: null,
    })),
    groups: [{ group: 'lift', drives: ['lift-left', 'lift-right'], state: 'groupStandby' }],
    mqtt: { url: 'mqtt://127.0.0.1:1883', root: 'kmotion' },
    simulator: null,
    store: null,
    orchestrator: null,
  });
  const say = (drive: FakeDrive): void => {
    send('state', drive.state);
    send('group', groupState());
  };

  const command = (drive: FakeDrive, name: string, body: Record<string, unknown>): readonly [number, unknown] => {
    const refusal = act(drive, name, body);
    say(drive);
    if (refusal === null)
      return [
        202,
        { id: body['id'] ?? randomUUID(), drive: drive.description.drive, command: name, status: 'accepted' },
      ];
    return [409, problem(refusal, `${drive.description.drive} cannot ${name} now.`)];
  };
  const groupCommand = (name: string, body: Record<string, unknown>): readonly [number, unknown] => {
    const targets = body['targets'] as Record<string, number> | undefined;
    for (const drive of drives.slice(0, 2)) {
      const position = targets?.[drive.description.drive];
      if (name === 'move' && position === undefined) continue;
      const [status, answer] = command(drive, name === 'move' ? 'move-absolute' : name, { position });
      if (status !== 202) return [status, answer];
    }
    return [
      202,
      {
        id: body['id'],
        group: 'lift',
        command: name,
        status: 'active',
        endedAt: null,
        plannedDurationMs: 2100,
        expectedSkewMs: 3,
        measuredStartSkewMs: null,
        error: null,
      },
    ];
  };
  const stopAll = (): StopReport => {
    for (const drive of drives) if (!fake.unconfirmed.includes(drive.description.drive)) command(drive, 'stop', {});
    const confirmed = drives.map(({ description }) => description.drive).filter((id) => !fake.unconfirmed.includes(id));
    return {
      allConfirmed: fake.unconfirmed.length === 0,
      confirmed,
      unconfirmed: [...fake.unconfirmed],
      unreachable: [],
      durationMs: 18.4,
    };
  };

  const post = async (request: IncomingMessage, path: string): Promise<readonly [number, unknown]> => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk as Uint8Array);
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
    posts.push({ path, body });
    const [, , kind, id, , name] = path.split('/');
    if (kind === 'stop') return [200, stopAll()];
    if (kind === 'groups') return groupCommand(name ?? '', body);
    const drive = drives.find(({ description }) => description.drive === id);
    return drive === undefined
      ? [404, problem('notFound', `There is no drive ${id}.`)]
      : command(drive, name ?? '', body);
  };
  const stream = (response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(': open\n\n');
    const snapshot = {
      site: site(),
      drives: drives.map(({ description }) => description),
      states: drives.map(({ state }) => state),
      groups: [groupState()],
      runs: [],
    };
    send('snapshot', snapshot, [response]);
    streams.add(response);
    response.once('close', () => streams.delete(response));
  };
  const file = async (path: string, response: ServerResponse): Promise<void> => {
    const name = normalize(path === '/' ? '/index.html' : path);
    try {
      const bytes = await readFile(join(page, name));
      response.writeHead(200, {
        'content-type': types[extname(name)] ?? 'text/plain',
        'content-security-policy': POLICY,
      });
      response.end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? '/').slice(prefix.length) || '/';
    if (request.method === 'POST') return reply(response, await post(request, path));
    if (path === '/v1/stream')
      return isDeaf ? reply(response, [503, problem('shuttingDown', 'The server is about to end.')]) : stream(response);
    return file(path, response);
  };

  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  let cancel: Cancel = nothing;
  const tick = (): void => {
    for (const drive of drives) if (advance(drive, TICK_MS / 1000)) say(drive);
    cancel = systemClock.after(TICK_MS, tick);
  };
  tick();
  const fake: FakeOrchestrator = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`,
    drives,
    posts,
    say,
    unconfirmed: [],
    setDeaf: (deaf) => {
      isDeaf = deaf;
      if (deaf) for (const each of streams) each.destroy();
    },
    close: () => {
      cancel();
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return fake;
}
