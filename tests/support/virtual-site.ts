import { createHash, type Hash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { loadSite, type Site } from '../../config/index.ts';
import { createVirtualClock, seededRandom, type Clock, type VirtualClock } from '../../drivers/base/index.ts';
import {
  topicsOf,
  type DriveCommands,
  type GroupCommands,
  type OrchestratorName,
} from '../../services/contracts/index.ts';
import { createLineHost, type LineHost } from '../../services/device/index.ts';
import { createOrchestrator, type ConnectDevice, type Orchestrator } from '../../services/orchestrator/index.ts';
import type { OrchestratorParts } from '../../services/orchestrator/orchestrator.ts';
import { createMemoryBus, type MemoryBroker } from '../../services/platform/bus/index.ts';
import { createLogger } from '../../services/platform/process/index.ts';
import { createVirtualSite, openMemoryDoor, type VirtualSite } from '../../simulator/index.ts';
import { simulatedLines } from '../../services/cli/simulated-lines.ts';
import { directDevices } from './direct-devices.ts';

/** A whole site in one process on virtual time: one seed, one history. */
export interface SiteInOneProcess {
  readonly clock: VirtualClock;
  readonly site: Site;
  readonly broker: MemoryBroker;
  readonly simulator: VirtualSite;
  readonly hosts: ReadonlyMap<string, LineHost>;
  readonly orchestrator: Orchestrator;
  /** One more, on the same bus and the same device processes. */
  readonly addOrchestrator: (setting: OrchestratorSetting) => Orchestrator;
  /** Hash of all that the drives accepted and did until now, and of all that was published; ask often, the ledger is bounded. */
  trace(): string;
  /** The device process of a line is gone without a word: nothing is stopped, nothing is said but its will. */
  kill(line: string): Promise<void>;
  /** Advances virtual time until the promise settles, at most `withinMs`. */
  until<T>(promise: Promise<T>, withinMs?: number): Promise<T>;
  close(): Promise<void>;
}

export type DriveWord = keyof typeof DriveCommands;
export type GroupWord = keyof typeof GroupCommands;

const demo = fileURLToPath(new URL('../../config/demo.yaml', import.meta.url));
const STEP_MS = 50;
/** Readings are taken as rarely as a person would notice, so that hours of motion stay cheap. */
const SELDOM = { idleMs: 300, movingMs: 250 };

/** One orchestrator of a site that may have several. */
interface OrchestratorSetting {
  readonly self?: OrchestratorName;
  /** Its own; that of the site unless told. */
  readonly clock?: Clock;
  /** What happens to calls on their way from it to the device processes. */
  readonly through?: (connect: ConnectDevice, clock: VirtualClock) => ConnectDevice;
  readonly store?: NonNullable<OrchestratorParts['store']>;
}

interface Otherwise extends OrchestratorSetting {
  /** Settings that override the site file's. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Of the whole site; a new one unless told. */
  readonly time?: VirtualClock;
  /** How often drives are read. */
  readonly poll?: { readonly idleMs: number; readonly movingMs: number };
}

/** @param path of the site file; the demo's unless told */
export async function startSiteInOneProcess(
  seed: number,
  path = demo,
  { environment = {}, poll = SELDOM, time: clock = createVirtualClock(), ...first }: Otherwise = {},
): Promise<SiteInOneProcess> {
  const site = await loadSite(path, environment);
  const random = seededRandom(seed);
  const logger = createLogger({ name: 'test', level: 'fatal' });
  const broker = createMemoryBus();
  const simulator = createVirtualSite({ lines: simulatedLines(site), clock, seed });
  const hosts = new Map<string, LineHost>();
  const hash = traceOf(broker);
  let told = 0;
  for (const [id, line] of site.lines) {
    const virtualLine = simulator.lines.get(id);
    if (virtualLine === undefined) throw new Error(`the simulator has no line ${id}`);
    const host = createLineHost({
      site: { id: site.id, mqttRoot: site.mqtt.root, commands: site.commands },
      line,
      drives: [...site.drives.values()].filter((drive) => drive.line === id).map((drive) => ({ ...drive, poll })),
      interlocks: site.interlocks,
      openPort: openMemoryDoor(virtualLine, clock),
      bus: broker.bus(`device-${id}`, { topic: topicsOf(site.mqtt.root).lineAvailability(id), payload: 'offline' }),
      clock,
      random,
      logger,
    });
    hosts.set(id, host);
    host.announce(`http://${id}.invalid/`);
  }
  const orchestrators: Orchestrator[] = [];
  function addOrchestrator({ self, through = (connect) => connect, ...own }: OrchestratorSetting): Orchestrator {
    const orchestrator = createOrchestrator({
      site,
      self: self ?? null,
      facts: { version: '0', brokerUrl: 'mqtt://memory.invalid', simulatorUrl: null },
      bus: broker.bus(`orchestrator-${orchestrators.length}`),
      connect: through(directDevices(hosts, clock), clock),
      clock,
      random,
      logger,
      ...own,
    });
    orchestrators.push(orchestrator);
    return orchestrator;
  }
  const orchestrator = addOrchestrator(first);

  async function until<T>(promise: Promise<T>, withinMs = 60_000): Promise<T> {
    const outcome = { isSettled: false };
    const settled = promise.finally(() => (outcome.isSettled = true));
    settled.catch(() => undefined);
    const endMs = clock.nowMs() + withinMs;
    while (!outcome.isSettled) {
      if (clock.nowMs() >= endMs) throw new Error(`not settled within ${withinMs} ms of virtual time`);
      await clock.advance(STEP_MS);
    }
    return settled;
  }

  return {
    clock,
    site,
    broker,
    simulator,
    hosts,
    orchestrator,
    addOrchestrator,
    until,
    trace() {
      simulator.settle();
      const news = simulator.ledger.entries(told);
      told = news.at(-1)?.seq ?? told;
      hash.update(JSON.stringify(news));
      return hash.copy().digest('hex');
    },
    async kill(line) {
      const host = hosts.get(line);
      hosts.delete(line);
      await host?.line.close();
      for (const axis of host?.axes.values() ?? []) await axis.close();
      broker.lose(`device-${line}`);
    },
    async close() {
      for (const each of orchestrators) each.close();
      await until(Promise.all([...hosts.values()].map((host) => host.close())));
      simulator.close();
    },
  };
}

/** Everything published, in its order. */
function traceOf(broker: MemoryBroker): Hash {
  const hash = createHash('sha256');
  broker.bus('witness').subscribe('#', ({ topic, payload }) => hash.update(`${topic} ${payload}\n`));
  return hash;
}
