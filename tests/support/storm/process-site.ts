import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PartProcess, type PartCommand } from './part-process.ts';
import { until } from './until.ts';

const FIRST = 'orchestrator';
const SECOND = 'second-orchestrator';

/** The built command. */
const KMOTION = fileURLToPath(new URL('../../../dist/services/cli/main.js', import.meta.url));

export const SITE_DRIVE = {
  countsPerMm: 20_000,
  rangeMm: [0, 400],
  maxVelocityMmPerS: 80,
  accelerationMmPerS2: 400,
} as const;

const axis = `{ unit: mm, travelPerRevolution: 5, gearRatio: 10, range: [${SITE_DRIVE.rangeMm.join(', ')}], maxVelocity: ${SITE_DRIVE.maxVelocityMmPerS}, maxAcceleration: ${SITE_DRIVE.accelerationMmPerS2}, homingRequired: false }`;
const READY_WITHIN_MS = 120_000;

export interface SiteDrive {
  readonly id: string;
  readonly line: string;
}

/** A site of real processes beside a real Mosquitto, with all ports fixed, so that each part is found again after its death. */
export interface ProcessSite {
  readonly drives: readonly SiteDrive[];
  readonly orchestrator: PartProcess;
  readonly broker: PartProcess;
  /** By line. */
  readonly devices: ReadonlyMap<string, PartProcess>;
  readonly orchestratorUrl: string;
  /** A second orchestrator, where one was asked for; it stands by as long as the first one is active. */
  readonly second: { readonly process: PartProcess; readonly url: string } | null;
  readonly simulatorUrl: string;
  readonly brokerUrl: string;
  deviceUrl(line: string): string;
  close(): Promise<void>;
}

interface Size {
  readonly lines: number;
  readonly drivesPerLine: number;
  /** Two that know of each other, with one store; all drives are in group `all`. */
  readonly orchestrators?: 1 | 2;
  /** How often drives are read; the moving ones of a storm not too often. */
  readonly poll?: { readonly idleMs: number; readonly movingMs: number };
}

export async function startProcessSite({
  lines,
  drivesPerLine,
  orchestrators = 1,
  poll = { idleMs: 200, movingMs: 40 },
}: Size): Promise<ProcessSite> {
  const folder = await mkdtemp(join(tmpdir(), 'kmotion-storm-'));
  const [http = 0, http2 = 0, mqtt = 0, simulatorPort = 0, ...linePorts] = await freePorts(4 + lines);
  const lineIds = linePorts.map((_port, index) => `line-${index + 1}`);
  const drives = lineIds.flatMap((line, index) =>
    Array.from({ length: drivesPerLine }, (_one, unit) => ({ id: `drive-${index + 1}-${unit + 1}`, line })),
  );
  const file = join(folder, 'site.yaml');
  const portOf = new Map(lineIds.map((line, index) => [line, linePorts[index] ?? 0]));
  await writeFile(
    file,
    siteText({ http: orchestrators === 1 ? [http] : [http, http2], mqtt, simulatorPort, portOf, drives, poll }),
  );
  const brokerFile = join(folder, 'mosquitto.conf');
  await writeFile(brokerFile, `listener ${mqtt} 127.0.0.1\nallow_anonymous true\n`);

  const data = join(folder, 'data');
  await mkdir(data);
  const kmotion = (name: string, ...words: readonly string[]): PartProcess => {
    const environment = { KMOTION_DATA: data, ...(name === SECOND && { KMOTION_HTTP_PORT: String(http2) }) };
    return new PartProcess({ name, program: process.execPath, arguments: [KMOTION, ...words], environment });
  };
  const mosquitto: PartCommand = {
    name: 'broker',
    program: 'mosquitto',
    arguments: ['-c', brokerFile],
    listensAt: mqtt,
  };
  const broker = new PartProcess(mosquitto);
  const simulator = kmotion('simulator', 'simulator', file);
  const devices = new Map(lineIds.map((line) => [line, kmotion(line, 'device', file, '--line', line)]));
  const named = (name: string): readonly string[] => (orchestrators === 1 ? [] : ['--as', name]);
  const orchestrator = kmotion(FIRST, 'orchestrator', file, ...named(FIRST));
  const other = orchestrators === 1 ? null : kmotion(SECOND, 'orchestrator', file, ...named(SECOND));
  const orchestratorUrl = `http://127.0.0.1:${http}`;
  const all = [orchestrator, ...(other === null ? [] : [other])];
  const parts = [...all, ...devices.values(), broker, simulator];
  const close = async (): Promise<void> => {
    for (const part of parts) await part.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await Promise.all([simulator, broker].map((part) => part.start()));
    await Promise.all([...devices.values(), ...all].map((part) => part.start()));
    await untilReady(orchestratorUrl);
  } catch (error) {
    await close();
    const complaints = parts.map((part) => `${part.name}:\n${part.complaints()}`).join('\n');
    throw new Error(`${String(error)}\n${complaints}`, { cause: error });
  }
  return {
    drives,
    orchestrator,
    broker,
    devices,
    orchestratorUrl,
    second: other === null ? null : { process: other, url: `http://127.0.0.1:${http2}` },
    simulatorUrl: `http://127.0.0.1:${simulatorPort}`,
    brokerUrl: `mqtt://127.0.0.1:${mqtt}`,
    deviceUrl: (line) => `http://127.0.0.1:${portOf.get(line) ?? 0}`,
    close,
  };
}

async function untilReady(orchestratorUrl: string): Promise<void> {
  let reasons = '';
  const isReady = async (): Promise<boolean> => {
    const response = await fetch(`${orchestratorUrl}/readyz`);
    reasons = await response.text();
    return response.ok;
  };
  try {
    await until(isReady, { what: 'the site to be ready', withinMs: READY_WITHIN_MS, everyMs: 100 });
  } catch (error) {
    throw new Error(`${String(error)}: ${reasons}`, { cause: error });
  }
}

interface SiteParts {
  /** Of each orchestrator. */
  readonly http: readonly number[];
  readonly mqtt: number;
  readonly simulatorPort: number;
  readonly portOf: ReadonlyMap<string, number>;
  readonly drives: readonly SiteDrive[];
  readonly poll: NonNullable<Size['poll']>;
}

function siteText({ http, mqtt, simulatorPort, portOf, drives, poll }: SiteParts): string {
  const units = new Map<string, number>();
  const unitOf = (line: string): number => {
    units.set(line, (units.get(line) ?? 0) + 1);
    return units.get(line) ?? 0;
  };
  return `site: storm
http: { port: ${http[0] ?? 0} }
${http.length === 1 ? '' : namedOrchestrators(http)}mqtt: { url: "mqtt://127.0.0.1:${mqtt}" }
simulator: { port: ${simulatorPort} }
lines:
${[...portOf].map(([line, port]) => `  ${line}: { simulated: { baudRate: 115200 }, httpPort: ${port} }`).join('\n')}
drives:
${drives.map(({ id, line }) => `  ${id}: { line: ${line}, unit: ${unitOf(line)}, profile: kpower-reference, poll: { idleMs: ${poll.idleMs}, movingMs: ${poll.movingMs} }, axis: ${axis} }`).join('\n')}
groups: { all: { drives: [${drives.map(({ id }) => id).join(', ')}] } }
`;
}

const namedOrchestrators = (ports: readonly number[]): string => `orchestrators:
${ports.map((port, index) => `  ${index === 0 ? FIRST : SECOND}: { url: "http://127.0.0.1:${port}" }`).join('\n')}
`;

/** All at once, so that no two are the same. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(async (server) => {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return (server.address() as AddressInfo).port;
    }),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
