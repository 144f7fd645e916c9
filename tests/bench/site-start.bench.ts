import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../drivers/base/index.ts';
import { median, type Bench, type Figure } from './bench.ts';

// `npm start` as a user types it (installed and built) until GET /readyz says that every drive of the demo is ready: six
// processes of ours. Beside it, in turn: six processes of bare Node through the same npm, which is what the machine makes
// of such a start on that day.

const ROUNDS = 7;
const POLL_MS = 10;
const GIVE_UP_MS = 60_000;
const PROCESSES = 6;
const root = fileURLToPath(new URL('../../', import.meta.url));

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return String(port);
}

async function untilReady(url: string, sinceMs: number): Promise<void> {
  while (performance.now() - sinceMs < GIVE_UP_MS) {
    const isReady = await fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    await systemClock.sleep(POLL_MS);
  }
  throw new Error(`the site was not ready within ${GIVE_UP_MS / 1000} s`);
}

/** Milliseconds from `npm start` to readiness. */
async function startOnce(): Promise<number> {
  const [http, mqtt] = [await freePort(), await freePort()];
  const env = { ...process.env, KMOTION_HTTP_PORT: http, KMOTION_MQTT_PORT: mqtt };
  const sinceMs = performance.now();
  const site = spawn('npm', ['start'], { cwd: root, env, stdio: 'ignore', detached: true });
  const ended = once(site, 'exit');
  try {
    await untilReady(`http://127.0.0.1:${http}`, sinceMs);
    return performance.now() - sinceMs;
  } finally {
    // Ctrl-C reaches the whole group, as in a terminal
    process.kill(-site.pid!, 'SIGINT');
    await ended;
  }
}

/** Milliseconds that npm and as many processes of bare Node take, all but the first at once. */
async function bareOnce(): Promise<number> {
  const sinceMs = performance.now();
  const node = `"${process.execPath}" -e 0`;
  const words = `${node} && (${Array.from({ length: PROCESSES - 1 }, () => node).join(' & ')} & wait)`;
  const child = spawn('npm', ['exec', '--offline', '--call', words], { cwd: root, stdio: 'ignore' });
  await once(child, 'exit');
  return performance.now() - sinceMs;
}

async function run(): Promise<readonly Figure[]> {
  await startOnce(); // builds what has changed
  const ours: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(await bareOnce());
    ours.push(await startOnce());
  }
  const spread = `${Math.min(...ours).toFixed(0)} to ${Math.max(...ours).toFixed(0)} ms`;
  return [
    { measure: `npm and ${PROCESSES} processes of bare Node, p50`, value: median(bare), unit: 'ms' },
    { measure: 'npm start to every drive ready, p50', value: median(ours), unit: 'ms', atMost: 5000, note: spread },
    { measure: 'npm start / bare', value: median(ours) / median(bare), unit: 'ratio' },
  ];
}

export const bench: Bench = {
  name: 'site-start',
  what: 'from `npm start` to every drive of the demo ready, beside as many processes of bare Node',
  run,
};
