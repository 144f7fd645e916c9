import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadSite, type Site } from '../../config/index.ts';
import { systemClock, systemRandom } from '../../drivers/base/index.ts';
import { startBroker } from '../../services/broker/process.ts';
import { simulatedLines } from '../../services/cli/simulated-lines.ts';
import { startDeviceProcess } from '../../services/device/process.ts';
import { startOrchestrator } from '../../services/orchestrator/process.ts';
import { createLogger } from '../../services/platform/process/index.ts';
import { startSimulator } from '../../simulator/process.ts';

/** The demo site as it really runs, but in one process: pseudo-terminals, HTTP and MQTT on free ports. */
export interface RunningSite {
  readonly site: Site;
  readonly url: string;
  readonly simulatorUrl: string;
  readonly brokerUrl: string;
  /** Base URL of the device process of a line. */
  readonly deviceUrls: ReadonlyMap<string, string>;
  post(path: string, body?: object, waitS?: number): Promise<{ status: number; body: unknown }>;
  get(path: string): Promise<unknown>;
  close(): Promise<void>;
}

const demo = fileURLToPath(new URL('../../config/demo.yaml', import.meta.url));
const READY_WITHIN_MS = 20_000;

export async function startRunningSite(): Promise<RunningSite> {
  const folder = await mkdtemp(join(tmpdir(), 'kmotion-'));
  const site = await loadDemo(folder);
  const logger = createLogger({ name: 'site', level: 'fatal' });
  const own = { clock: systemClock, random: systemRandom, logger };
  const simulator = await startSimulator({
    lines: simulatedLines(site),
    control: { host: '127.0.0.1', port: 0 },
    logger,
    seed: 1,
  });
  const broker = await startBroker({ host: '127.0.0.1', port: 0, access: { kind: 'open' }, logger });
  const devices = new Map(
    await Promise.all(
      [...site.lines.keys()].map(
        async (line) => [line, await startDeviceProcess({ site, line, brokerUrl: broker.url, ...own })] as const,
      ),
    ),
  );
  const orchestrator = await startOrchestrator({ site, brokerUrl: broker.url, simulatorUrl: simulator.url, ...own });
  const { url } = orchestrator;
  await untilReady(url);
  return {
    site,
    url,
    simulatorUrl: simulator.url,
    brokerUrl: broker.url,
    deviceUrls: new Map([...devices].map(([line, device]) => [line, device.url])),
    post: (path, body = {}, waitS = 0) => post(url + path, body, waitS),
    get: async (path) => (await fetch(url + path)).json(),
    async close() {
      await orchestrator.close();
      await Promise.all([...devices.values()].map((device) => device.close()));
      await broker.close();
      await simulator.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The demo on free ports, with its data in a folder of its own. */
async function loadDemo(folder: string): Promise<Site> {
  const file = join(folder, 'site.yaml');
  await writeFile(file, (await readFile(demo, 'utf8')).replace('port: 8080', 'port: 0'));
  return loadSite(file, { KMOTION_DATA: folder });
}

async function untilReady(url: string): Promise<void> {
  const endMs = systemClock.nowMs() + READY_WITHIN_MS;
  for (;;) {
    const response = await fetch(`${url}/readyz`);
    const reasons = await response.text();
    if (response.ok && (await isQuiet(url))) return;
    if (systemClock.nowMs() > endMs) throw new Error(`the site is not ready: ${reasons}`);
    await systemClock.sleep(20);
  }
}

/** Starting everything in one process is a burst that can cost a line its first answers; motion waits for a good line. */
async function isQuiet(url: string): Promise<boolean> {
  const response = await fetch(`${url}/v1/lines/bench`);
  return ((await response.json()) as { quality: string }).quality === 'good';
}

async function post(url: string, body: object, waitS: number): Promise<{ status: number; body: unknown }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(waitS > 0 && { prefer: `wait=${waitS}` }) },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}
