import type { Site } from '../../config/index.ts';
import { reachable } from '../platform/doors/index.ts';
import type { Part } from './part.ts';

/** Ports that stay the same over restarts; null where the site has no such part. */
export interface SitePorts {
  readonly http: number;
  readonly broker: number | null;
  readonly simulator: number | null;
}

/** Name of the part that answers for the whole site. */
export const ORCHESTRATOR = 'orchestrator';

/** Which processes a site consists of, and what each is told. */
export function planParts(site: Site, ports: SitePorts): readonly Part[] {
  const environment = environmentOf(ports);
  const plan = (part: Omit<Part, 'environment' | 'note'> & { readonly note?: string }): Part => ({
    note: '',
    environment,
    ...part,
  });
  const broker = plan({
    name: 'broker',
    command: brokerCommand(site, ports),
    stopRank: 3,
  });
  const simulator = plan({ name: 'simulator', command: ['simulator', site.file], stopRank: 2 });
  const lines = [...site.lines.keys()].map((line) =>
    plan({
      name: `line ${line}`,
      note: drivesOn(line, site).join(', '),
      command: ['device', site.file, '--line', line],
      stopRank: 0,
    }),
  );
  const orchestrator = plan({ name: ORCHESTRATOR, command: ['orchestrator', site.file], stopRank: 1 });
  return [
    ...(ports.simulator === null ? [] : [simulator]),
    ...(ports.broker === null ? [] : [broker]),
    ...lines,
    orchestrator,
  ];
}

/** The path of the tokens, never a token: a command line is visible to every user of the machine. */
function brokerCommand({ mqtt, auth }: Site, { broker }: SitePorts): readonly string[] {
  const command = ['broker', '--host', mqtt.host, '--port', String(broker), '--root', mqtt.root];
  return auth.kind === 'tokens' ? [...command, '--tokens', auth.file] : command;
}

export function brokerUrl({ mqtt }: Site, port: number | null): string {
  return port === null ? mqtt.url : `mqtt://${reachable(mqtt.host)}:${port}`;
}

export const hasSimulatedLine = (site: Site): boolean =>
  [...site.lines.values()].some(({ way }) => way.kind === 'simulated');

const drivesOn = (line: string, site: Site): readonly string[] =>
  [...site.drives.values()].filter((drive) => drive.line === line).map(({ id }) => id);

function environmentOf(ports: SitePorts): Readonly<Record<string, string>> {
  return {
    KMOTION_HTTP_PORT: String(ports.http),
    // With the port alone the broker stays the embedded one, to which the site's own tokens are shown.
    ...(ports.broker === null ? {} : { KMOTION_MQTT_PORT: String(ports.broker) }),
    ...(ports.simulator === null
      ? {}
      : {
          KMOTION_SIMULATOR_PORT: String(ports.simulator),
          KMOTION_SIMULATOR_URL: `http://127.0.0.1:${ports.simulator}`,
        }),
  };
}
