import { loadProfile, shippedProfile, shippedProfileIds } from '../../../drivers/profile/index.ts';
import { runProcess } from '../../platform/process/index.ts';
import { startSimulator, type Simulator, type SimulatorLine } from '../../../simulator/process.ts';
import { CommandFailure } from '../failure.ts';
import { readSite } from '../read-site.ts';
import { simulatedLines } from '../simulated-lines.ts';

export interface SimulatorOptions {
  readonly profile?: string;
  readonly unit?: number;
  readonly tcp?: string;
  readonly pty?: string;
  readonly baud?: number;
  readonly paced?: true;
}

interface Wanted {
  readonly lines: readonly SimulatorLine[];
  readonly port: number;
}

/** `kmotion simulator`: the simulated lines of a site, or one drive by its profile. */
export async function simulator(file: string | undefined, options: SimulatorOptions): Promise<void> {
  const { lines, port } = file === undefined ? oneDrive(options) : await ofSite(file, options);
  runProcess('simulator', async ({ logger, clock }) => {
    const started = await startSimulator({ lines, control: { host: '127.0.0.1', port }, logger, clock });
    // Whoever called for it needs the addresses; a supervisor is told them as facts.
    if (process.send === undefined) process.stdout.write(`${addresses(started).join('\n')}\n`);
    return { close: () => started.close(), facts: { url: started.url } };
  });
}

async function ofSite(file: string, options: SimulatorOptions): Promise<Wanted> {
  const [unused] = Object.keys(options);
  if (unused !== undefined) throw new CommandFailure(`--${unused} is for a drive by --profile; ${file} says it all`);
  const site = await readSite(file);
  const lines = simulatedLines(site);
  if (lines.length === 0) throw new CommandFailure(`${file} has no simulated line`);
  return { lines, port: site.simulator.port };
}

function oneDrive({ profile: word, unit, ...options }: SimulatorOptions): Wanted {
  if (word === undefined || unit === undefined) {
    throw new CommandFailure('expected a site file, or --profile and --unit of one drive (--help shows how)');
  }
  const profile = shippedProfileIds().includes(word) || !/[/\\.]/.test(word) ? shippedProfile(word) : loadProfile(word);
  const serial = { ...profile.serial, baudRate: options.baud ?? profile.serial.baudRate };
  const tcp = options.tcp === undefined ? undefined : toEndpoint(options.tcp);
  const pty = options.pty !== undefined || tcp === undefined ? { path: options.pty } : undefined;
  const drives = [{ name: 'drive', unit, profile }];
  return { lines: [{ name: 'line', serial, paced: options.paced === true, pty, tcp, drives }], port: 0 };
}

function toEndpoint(text: string): { readonly host: string; readonly port: number } {
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
  if (host === undefined || Number(port) > 65_535) {
    throw new CommandFailure(`--tcp ${text}: expected host:port, as 127.0.0.1:1502`);
  }
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
}

function addresses({ url, ptys, tcps }: Simulator): readonly string[] {
  return [
    `control ${url}`,
    ...[...ptys].map(([line, path]) => `${line} ${path}`),
    ...[...tcps].map(([line, { host, port }]) => `${line} tcp ${host}:${port}`),
  ];
}
