import { createVirtualClock, seededRandom, type Random, type VirtualClock } from '../../drivers/base/index.ts';
import type { LineTrigger, LineTriggerAnswer } from '../../services/contracts/index.ts';
import type { CommandRecord } from '../../services/device/command-record.ts';
import type { LineHost } from '../../services/device/index.ts';
import type { Site } from '../../config/index.ts';
import { createMemoryBus, type MemoryBroker } from '../../services/platform/bus/index.ts';
import { simulatedLines } from '../../services/cli/simulated-lines.ts';
import { createVirtualSite, type VirtualSite } from '../../simulator/index.ts';
import { Dice } from './dice.ts';
import { FactLog, type Delivery, type Mail, type Order } from './facts.ts';
import { smallSite } from './small-site.ts';
import type { WireWatch } from './wire-watch.ts';

/** One seed in so many has drives that cannot be armed: where groups move, every second. */
const HELD_BY_THE_SERVICE_EVERY = 8;
/** One seed in so many has two motors in one unit; no divisor of the others, so that it meets groups of either kind. */
const TWIN_EVERY = 5;
const TWIN_AT = 4;

/** Hears everything that device processes say, at the instant at which they say it, and sets the truth beside it. */
export interface Witness {
  heard(topic: string, payload: string): void;
}

/** The process that owns one line: it can be killed and paused, and a new one starts with nothing of the old. */
export interface LineProcess {
  readonly line: string;
  /** Null while it is dead. */
  readonly host: LineHost | null;
  readonly lifeNumber: number;
  readonly isRunning: boolean;
  start(): void;
  kill(): void;
  pause(): boolean;
  resume(): void;
  /** The run is over: nothing of it lives on. */
  end(): void;
  /** A call as HTTP makes it; `answered` comes back only from a process that lives long enough to say it. */
  call<T>(run: (host: LineHost) => Promise<T>, answered: (outcome: PromiseSettledResult<T>) => void): boolean;
  /** Hands a command over by REST. */
  submit(order: Order, how: Delivery['how']): void;
  /** Hands a command over within a call. */
  take(host: LineHost, order: Order, how: Delivery['how']): Promise<CommandRecord>;
  /** Starts what is armed, within a call. */
  triggerGroup(host: LineHost, asked: LineTrigger): Promise<LineTriggerAnswer>;
}

/** All that exists beside the programs: time, wires, drives, the broker, chance, and the log of what really happened. */
export class World {
  readonly seed: number;
  readonly clock: VirtualClock = createVirtualClock();
  readonly site: Site;
  readonly simulator: VirtualSite;
  readonly broker: MemoryBroker = createMemoryBus();
  readonly facts = new FactLog();
  /** What the devices' wall clocks are ahead of everybody else's. */
  readonly wall = { offsetMs: 0, jumps: 0 };
  /** Of the programs. */
  readonly random: Random;
  /** Of what happens to them. */
  readonly dice: Dice;
  readonly watches = new Map<string, WireWatch>();
  readonly processes = new Map<string, LineProcess>();
  /** Orders by the topic and the text that carry them. */
  readonly mail = new Map<string, Order>();
  witness: Witness = { heard: () => undefined };
  /** What the network does to a message on its way; see weather.ts. */
  network: (mail: Mail) => void = (mail) => mail.deliver('sent');

  #orders = 0;

  static async create(seed: number): Promise<World> {
    const arming = seed % HELD_BY_THE_SERVICE_EVERY === 0 ? 'by the service' : 'by the drive';
    return new World(seed, await smallSite(arming, seed % TWIN_EVERY === TWIN_AT ? 'twin' : 'single'));
  }

  private constructor(seed: number, site: Site) {
    this.seed = seed;
    this.site = site;
    this.random = seededRandom(seed * 2 + 1);
    this.dice = new Dice(seededRandom(seed * 2));
    this.simulator = createVirtualSite({ lines: simulatedLines(site), clock: this.clock, seed });
  }

  nextOrder(): number {
    return ++this.#orders;
  }

  blow(what: string, on: string, detail?: string): void {
    this.facts.add({ kind: 'blow', atMs: this.clock.nowMs(), what, on, ...(detail === undefined ? {} : { detail }) });
  }

  processOf(drive: string): LineProcess {
    return this.processes.get(this.site.drives.get(drive)!.line)!;
  }

  /** A line may not have counted more answers than its drives gave: an echo is none. */
  checkCounts({ host, line }: LineProcess): void {
    if (host === null) return;
    const given = new Map<number, number>();
    const began = this.facts.all.findLast(
      (fact) => fact.kind === 'blow' && fact.what === 'process started' && fact.on === line,
    );
    for (const entry of this.simulator.ledger.entries()) {
      const isOurs = entry.kind === 'frame' && entry.line === line && entry.atMs >= (began?.atMs ?? 0);
      if (isOurs) given.set(entry.unit, (given.get(entry.unit) ?? 0) + 1);
    }
    for (const [unit, { answers, exceptions }] of host.line.stats().units) {
      const counted = answers - exceptions;
      const really = given.get(unit) ?? 0;
      if (unit === 0 || counted <= really) continue;
      this.facts.add({ kind: 'miscount', atMs: this.clock.nowMs(), line, unit, counted, given: really });
    }
  }
}
