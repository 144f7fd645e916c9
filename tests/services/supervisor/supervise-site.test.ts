import { mkdtempSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Site } from '../../../config/index.ts';
import { choosePorts } from '../../../services/supervisor/choose-ports.ts';
import { machineReport } from '../../../services/supervisor/machine-report.ts';
import { peopleReport } from '../../../services/supervisor/people-report.ts';
import { planParts } from '../../../services/supervisor/plan-parts.ts';
import { superviseSite } from '../../../services/supervisor/supervise-site.ts';
import { GOOD, siteOf } from '../../config/site-text.ts';
import { playedProcesses, type Played } from './launched.ts';

const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

/** A port that some other program holds. */
async function takenPort(): Promise<number> {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const trial = (more = ''): Site =>
  siteOf(`${GOOD}http: { port: 0 }\n${more}`, { KMOTION_DATA: mkdtempSync(join(tmpdir(), 'kmotion-up-')) });

describe('the ports of a site', () => {
  test('the embedded broker moves to a free port when the usual one is taken, and says so', async () => {
    const port = await takenPort();
    const { mqtt, ...site } = trial();

    const { ports, notices } = await choosePorts({ ...site, mqtt: { ...mqtt, port } });

    expect(ports.broker).not.toBe(port);
    expect(notices).toEqual([
      `port ${port} is taken, so the broker listens on ${ports.broker}; set mqtt.port to choose one`,
    ]);
  });

  test('a port that was asked for is not replaced: one line says what to do', async () => {
    const port = await takenPort();

    await expect(choosePorts(trial(`mqtt: { port: ${port} }\n`))).rejects.toThrow(
      `127.0.0.1 port ${port} is taken by another program: stop that program or set mqtt.port to another; 0 takes a free one`,
    );
  });

  test("another's broker and real lines need neither broker nor simulator", async () => {
    const real = GOOD.replace('simulated: { baudRate: 115200 }', 'serial: /dev/ttyUSB0');
    const site = siteOf(`${real}http: { port: 0 }\nmqtt: { url: mqtt://10.0.0.5 }\n`);

    const { ports } = await choosePorts(site);

    expect(ports).toMatchObject({ broker: null, simulator: null });
    expect(planParts(site, ports).map(({ name }) => name)).toEqual(['line bench', 'orchestrator']);
  });
});

const dieWhenAsked = (order: string[]) => (process: Played) => {
  order.push(process.part.name);
  process.dies('exit code 0');
};

describe('a site from first to last process', () => {
  test('starts every part at once, tells when all is ready, and stops the drives before what they need', async () => {
    const order: string[] = [];
    const { clock, launch, started } = playedProcesses(dieWhenAsked(order));
    const stop = new AbortController();
    const told: string[] = [];
    const running = superviseSite({
      site: trial(),
      clock,
      launch,
      signal: stop.signal,
      readReadiness: async () => ({ ready: true, reasons: [] }),
      report: machineReport((line) => told.push(line)),
    });
    await vi.waitFor(() => expect(started).toHaveLength(4));
    expect(started.map(({ part }) => part.name)).toEqual(['simulator', 'broker', 'line bench', 'orchestrator']);

    for (const process of started) process.ready();
    await vi.waitFor(() => expect(told.join('')).toContain('"event":"ready"'));
    stop.abort();
    await running;

    expect(order).toEqual(['line bench', 'orchestrator', 'simulator', 'broker']);
    expect(told.at(-1)).toBe('{"event":"stopped"}\n');
  });

  test('a part that cannot start ends the site, and nothing is left running', async () => {
    const order: string[] = [];
    const { clock, launch, started } = playedProcesses(dieWhenAsked(order));
    const running = superviseSite({
      site: trial(),
      clock,
      launch,
      signal: new AbortController().signal,
      readReadiness: async () => null,
      report: machineReport(() => undefined),
    });
    const outcome = running.then(
      () => 'went on',
      (error: unknown) => (error as Error).message,
    );
    await vi.waitFor(() => expect(started).toHaveLength(4));

    started.find(({ part }) => part.name === 'orchestrator')?.dies('exit code 1');

    expect(await outcome).toBe('orchestrator could not start, so everything was stopped again');
    expect(order).toEqual(['line bench', 'simulator', 'broker']);
  });

  test('a site that takes long says what is missing', async () => {
    const { clock, launch, started } = playedProcesses(dieWhenAsked([]));
    const stop = new AbortController();
    let text = '';
    const site = trial();
    const running = superviseSite({
      site,
      clock,
      launch,
      signal: stop.signal,
      readReadiness: async () => ({ ready: false, reasons: ['line bench: /dev/ttyUSB0 is not there'] }),
      report: peopleReport(site, { write: (more) => void (text += more), isColoured: false }),
    });
    await vi.waitFor(() => expect(started).toHaveLength(4));
    started.find(({ part }) => part.name === 'orchestrator')?.ready();

    await clock.advance(25_000);
    stop.abort();
    await running;

    expect(text).toContain('waiting       broker has not started yet');
    expect(text.match(/waiting +line bench: \/dev\/ttyUSB0 is not there/g)).toHaveLength(1);
  });
});

test('the lines to copy name the real doors and a drive that moves at once', () => {
  let text = '';
  const free = GOOD.replace(/maxAcceleration: 200 \}\ngroups/, 'maxAcceleration: 200, homingRequired: false }\ngroups');
  const report = peopleReport(siteOf(free), { write: (more) => void (text += more), isColoured: false });

  report.readiness(
    { ready: true, reasons: [] },
    { url: 'http://127.0.0.1:9000', brokerUrl: 'mqtt://127.0.0.1:1900', afterMs: 1234 },
  );

  expect(text).toContain('2 drives after 1.2 s');
  expect(text).toContain(`--json '{"position":100}' http://127.0.0.1:9000/v1/drives/right/commands/move-absolute`);
  expect(text).toContain("mosquitto_sub -h 127.0.0.1 -p 1900 -v -t 'kmotion/drives/+/state'");
});

describe('a site with a real line', () => {
  const real = GOOD.replace('simulated: { baudRate: 115200 }', 'serial: /dev/ttyUSB0');
  const ports = { http: 8080, broker: 1900, simulator: null };

  test('gives its broker the path of the tokens; its other processes know by the port that it is their own', () => {
    const site = siteOf(`${real}auth: { tokens: ./data/tokens.json }\nmqtt: { root: hall }\n`);
    if (site.auth.kind !== 'tokens') throw new Error('a real line needs tokens');

    const [broker, line] = planParts(site, ports);

    expect(broker?.command.join(' ')).toBe(
      `broker --host 127.0.0.1 --port 1900 --root hall --tokens ${site.auth.file}`,
    );
    expect(line?.environment).toMatchObject({ KMOTION_MQTT_PORT: '1900' });
    expect(line?.environment).not.toHaveProperty('KMOTION_MQTT_URL');
  });

  test.each([
    ['', ` -u viewer -P "$(node -p 'JSON.parse(fs.readFileSync("`],
    ['mqtt: { url: mqtt://10.0.0.5 }\n', ' -v -t '],
  ])('with %j the line that listens goes on with %s', (mqtt, login) => {
    let text = '';
    const report = peopleReport(siteOf(`${real}${mqtt}`), { write: (more) => void (text += more), isColoured: false });
    const doors = { url: 'http://127.0.0.1:9000', brokerUrl: 'mqtt://127.0.0.1:1900', afterMs: 1 };
    report.readiness({ ready: true, reasons: [] }, doors);
    expect(text).toContain(`mosquitto_sub -h 127.0.0.1 -p 1900${login}`);
  });
});
