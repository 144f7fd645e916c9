import { type Clock, systemClock } from '../drivers/base/index.ts';
import { isLoopback } from '../services/platform/doors/index.ts';
import { type Logger, StartError } from '../services/platform/process/index.ts';
import { rtuFraming } from './framing/rtu-framing.ts';
import { openControl } from './control/control-server.ts';
import { preciseTimer } from './line/precise-timer.ts';
import { openPtyDoor, type PtyDoor } from './line/pty-door.ts';
import { openTcpDoor, type TcpDoor } from './line/tcp-door.ts';
import type { VirtualLine } from './line/virtual-line.ts';
import { createVirtualSite, type VirtualLineOptions, type VirtualSite } from './virtual-site.ts';

export interface SimulatorLine extends VirtualLineOptions {
  /** A pseudo-terminal; `path` is a link to it that stays the same from start to start. */
  readonly pty?: { readonly path?: string | undefined } | undefined;
  /** Modbus TCP; port 0 takes a free one. */
  readonly tcp?: { readonly host: string; readonly port: number } | undefined;
}

export interface SimulatorOptions {
  readonly lines: readonly SimulatorLine[];
  readonly control: { readonly host: string; readonly port: number };
  readonly logger: Logger;
  readonly seed?: number | undefined;
  readonly clock?: Clock | undefined;
}

/** A running simulator process. */
export interface Simulator {
  /** Base URL of its control. */
  readonly url: string;
  readonly site: VirtualSite;
  /** What a master opens, by line. */
  readonly ptys: ReadonlyMap<string, string>;
  readonly tcps: ReadonlyMap<string, { readonly host: string; readonly port: number }>;
  close(): Promise<void>;
}

interface Doors {
  readonly ptys: Map<string, PtyDoor>;
  readonly tcps: Map<string, TcpDoor>;
}

/**
 * Puts virtual drives behind real pseudo-terminals and Modbus TCP.
 * @throws StartError when an address cannot be listened on or control would be reachable from other machines
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { clock = systemClock, control, logger } = options;
  if (!isLoopback(control.host))
    throw new StartError(`the simulator's control has no tokens and listens on loopback only, not on ${control.host}`);
  const site = createVirtualSite({ ...options, clock, timer: preciseTimer(clock) });
  const doors: Doors = { ptys: new Map(), tcps: new Map() };
  try {
    for (const line of options.lines) await openDoors(line, { site, clock, doors });
    const doorsOf = (line: string): object => doorsOfLine(line, doors);
    const server = await openControl({ site, clock, logger, address: control, doorsOf });
    return {
      url: server.url,
      site,
      ptys: new Map([...doors.ptys].map(([line, door]) => [line, door.path()])),
      tcps: new Map([...doors.tcps].map(([line, { host, port }]) => [line, { host, port }])),
      close: async () => {
        await server.close();
        await closeAll(site, doors);
      },
    };
  } catch (error) {
    await closeAll(site, doors);
    throw error;
  }
}

async function openDoors(
  options: SimulatorLine,
  { site, clock, doors }: { site: VirtualSite; clock: Clock; doors: Doors },
): Promise<void> {
  const line = site.lines.get(options.name) as VirtualLine;
  if (options.tcp !== undefined && line.framing !== rtuFraming)
    throw new StartError(`line ${line.name} does not speak Modbus and cannot be put behind Modbus TCP`);
  if (options.pty !== undefined) doors.ptys.set(line.name, openPtyDoor(line, clock, options.pty.path ?? null));
  if (options.tcp !== undefined) doors.tcps.set(line.name, await openTcpDoor(line, clock, options.tcp));
}

function doorsOfLine(line: string, { ptys, tcps }: Doors): object {
  const tcp = tcps.get(line);
  return { pty: ptys.get(line)?.path() ?? null, tcp: tcp === undefined ? null : { host: tcp.host, port: tcp.port } };
}

async function closeAll(site: VirtualSite, { ptys, tcps }: Doors): Promise<void> {
  site.close();
  for (const door of ptys.values()) door.close();
  await Promise.all([...tcps.values()].map((door) => door.close()));
}
