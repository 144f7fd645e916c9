import { fileURLToPath } from 'node:url';
import { loadSite, type Site } from '../../../config/index.ts';
import { createVirtualClock, seededRandom, type VirtualClock } from '../../../drivers/base/index.ts';
import type {
  CommandResource,
  DriveCommand,
  DriveCommandName,
  DriveStateMessage,
} from '../../../services/contracts/index.ts';
import type { Axis } from '../../../services/device/axis.ts';
import { createLineHost, type LineHost } from '../../../services/device/index.ts';
import {
  createMemoryBus,
  type IncomingMessage,
  type MemoryBroker,
  type MessageBus,
} from '../../../services/platform/bus/index.ts';
import { createLogger } from '../../../services/platform/process/index.ts';
import { simulatedLines } from '../../../services/cli/simulated-lines.ts';
import {
  createVirtualSite,
  openMemoryDoor,
  type VirtualDrive,
  type VirtualLine,
  type VirtualSite,
} from '../../../simulator/index.ts';

const demo = fileURLToPath(new URL('../../../config/demo.yaml', import.meta.url));
const STEP_MS = 5;

/** The demo site's bench line with its three drives, simulator and device host in one process on virtual time. */
export interface LineBench {
  readonly clock: VirtualClock;
  readonly broker: MemoryBroker;
  /** Another client of the broker, for what is heard and said from outside. */
  readonly outside: MessageBus;
  readonly heard: IncomingMessage[];
  readonly simulator: VirtualSite;
  readonly wire: VirtualLine;
  readonly host: LineHost;
  axis(drive: string): Axis;
  virtual(drive: string): VirtualDrive;
  state(drive: string): DriveStateMessage;
  /** Submits and waits for the end of the command. */
  run<Name extends DriveCommandName>(drive: string, name: Name, body: DriveCommand<Name>): Promise<CommandResource>;
  /** Enables and homes. */
  ready(...drives: string[]): Promise<void>;
  until<T>(promise: Promise<T>, withinMs?: number): Promise<T>;
  /** Lets time pass until it holds; fails after `withinMs`. */
  reach(holds: () => boolean, withinMs?: number): Promise<void>;
  pass(durationMs: number): Promise<void>;
  /** The device process is gone without a word; another takes its place on the same line. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function lineBench(seed = 1): Promise<LineBench> {
  const site = await loadSite(demo, {});
  const clock = createVirtualClock();
  const simulator = createVirtualSite({ lines: simulatedLines(site), clock, seed });
  const wire = simulator.lines.get('bench')!;
  const broker = createMemoryBus();
  const outside = broker.bus('outside');
  const heard: IncomingMessage[] = [];
  outside.subscribe('kmotion/drives/+/results', (message) => void heard.push(message));
  outside.subscribe('kmotion/drives/+/event/+', (message) => void heard.push(message));
  let life = 0;
  let host = newHost();

  function newHost(): LineHost {
    const made = hostOf({ site, clock, broker, wire, life: ++life });
    made.announce('http://127.0.0.1:1/');
    return made;
  }

  async function until<T>(promise: Promise<T>, withinMs = 60_000): Promise<T> {
    const pending = { is: true };
    const settled = promise.finally(() => (pending.is = false));
    settled.catch(() => undefined);
    for (let passedMs = 0; pending.is && passedMs < withinMs; passedMs += STEP_MS) await clock.advance(STEP_MS);
    if (pending.is) throw new Error(`not settled within ${withinMs} ms`);
    return settled;
  }

  async function reach(holds: () => boolean, withinMs = 30_000): Promise<void> {
    for (let passedMs = 0; !holds(); passedMs += STEP_MS) {
      if (passedMs > withinMs) throw new Error(`not reached within ${withinMs} ms`);
      await clock.advance(STEP_MS);
    }
  }

  const bench: LineBench = {
    clock,
    broker,
    outside,
    heard,
    simulator,
    wire,
    get host() {
      return host;
    },
    axis: (drive) => host.axes.get(drive)!,
    virtual: (drive) => simulator.drives.get(drive)!,
    state: (drive) => host.axes.get(drive)!.state(),
    async run(drive, name, body) {
      return until(
        bench
          .axis(drive)
          .submit(name, body)
          .then(async (record) => record.ended),
      );
    },
    async ready(...drives) {
      for (const drive of drives) {
        const enabled = await bench.run(drive, 'enable', {});
        if (enabled.status !== 'done') throw new Error(JSON.stringify(enabled));
        if (bench.axis(drive).kit.config.homing === null) continue;
        const homed = await bench.run(drive, 'home', {});
        if (homed.status !== 'done') throw new Error(JSON.stringify(homed));
      }
    },
    until,
    reach,
    pass: async (durationMs) => clock.advance(durationMs),
    async restart() {
      // killed: nothing is stopped, nothing is said; its port closes and its polls end
      await host.line.close();
      for (const axis of host.axes.values()) await axis.close();
      broker.lose(`device-${life}`);
      host = newHost();
      await reach(() => host.reasonsNotReady().length === 0);
    },
    async close() {
      await until(host.close());
      simulator.close();
    },
  };
  await reach(() => host.reasonsNotReady().length === 0);
  return bench;
}

interface HostParts {
  readonly site: Site;
  readonly clock: VirtualClock;
  readonly broker: MemoryBroker;
  readonly wire: VirtualLine;
  readonly life: number;
}

function hostOf({ site, clock, broker, wire, life }: HostParts): LineHost {
  return createLineHost({
    site: { id: site.id, mqttRoot: site.mqtt.root },
    line: site.lines.get('bench')!,
    drives: [...site.drives.values()].filter((drive) => drive.line === 'bench'),
    openPort: openMemoryDoor(wire, clock),
    bus: broker.bus(`device-${life}`, { topic: 'kmotion/lines/bench/availability', payload: 'offline' }),
    clock,
    random: seededRandom(life),
    logger: createLogger({ name: 'test', level: 'fatal' }),
  });
}
