import type { LineConfig, Site } from '../../../config/index.ts';
import type { Clock } from '../../../drivers/base/index.ts';
import type { OpenPort } from '../../../drivers/transport/index.ts';
import type { SerialSettings } from '../../contracts/index.ts';
import { isPortOf, knownPorts, type KnownPort } from '../ports/describe-ports.ts';
import { paceOf } from '../scan/plan-tasks.ts';
import { checkEcho } from './echo-check.ts';
import { good, type DoctorFinding } from './finding.ts';
import type { Machine } from './machine.ts';
import { checkClock, checkDisk, checkNode, checkPlatform } from './machine-checks.ts';
import { checkBroker, checkListen, runningSite } from './network-checks.ts';
import { checkLines, checkPorts } from './port-checks.ts';

export interface DoctorOptions {
  readonly site: Site | null;
  readonly machine: Machine;
  readonly platform: NodeJS.Platform;
  readonly clock: Clock;
  readonly open: (path: string, serial: SerialSettings) => OpenPort;
}

/** Looks at everything that can hinder a site on this machine. Sends nothing but one read on each free line of the site. */
export async function examine(options: DoctorOptions): Promise<readonly DoctorFinding[]> {
  const { site, machine, platform } = options;
  const ports = await knownPorts({ root: machine.root });
  return [
    checkNode(machine),
    ...checkPlatform(platform),
    await checkClock(machine),
    ...checkPorts(ports, machine),
    ...(site === null ? [] : await examineSite(site, { ...options, ports })),
  ];
}

interface Around extends Omit<DoctorOptions, 'site'> {
  readonly ports: readonly KnownPort[];
}

async function examineSite(site: Site, around: Around): Promise<readonly DoctorFinding[]> {
  const { ports, machine } = around;
  const isRunning = await runningSite(site);
  const embedded = site.mqtt.url === 'embedded';
  const addresses = [{ what: 'http', ...site.http }, ...(embedded ? [{ what: 'mqtt', ...site.mqtt }] : [])];
  return [
    ...checkLines(site, ports, machine.root),
    ...(await echoes(site, around)),
    ...(embedded ? [] : [await checkBroker(site)]),
    ...(isRunning
      ? [good('address', `the site answers at ${site.http.host}:${site.http.port}`)]
      : (await Promise.all(addresses.map(async (address) => checkListen(address, machine)))).flat()),
    ...(await checkDisk(site.dataDir, machine)),
  ];
}

async function echoes(site: Site, { ports, machine, clock, open }: Around): Promise<readonly DoctorFinding[]> {
  const lines = [...site.lines.values()].flatMap((line) => freePortOf(line, ports, machine) ?? []);
  return Promise.all(
    lines.map(async ({ listed, serial }) =>
      checkEcho({
        port: listed.path,
        open: (settings) => open(listed.path, settings),
        serial,
        pace: paceOf(listed),
        clock,
      }),
    ),
  );
}

type Serial = NonNullable<LineConfig['serial']>;

/** A port that somebody has, or that this user may not open, is told elsewhere. */
function freePortOf(
  { way, serial }: LineConfig,
  ports: readonly KnownPort[],
  machine: Machine,
): { readonly listed: KnownPort['listed']; readonly serial: Serial } | null {
  const found = ports.find(({ listed }) => way.kind === 'serial' && isPortOf(way, listed, machine.root));
  if (found === undefined || serial === null || found.owner !== null) return null;
  return machine.mayOpen(found.listed.path) ? { listed: found.listed, serial } : null;
}
