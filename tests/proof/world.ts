import { createVirtualClock, seededRandom, type Random, type VirtualClock } from '../../drivers/base/index.ts';
import type { Site } from '../../config/index.ts';
import { createMemoryBus, type MemoryBroker } from '../../services/platform/bus/index.ts';
import { simulatedLines } from '../../services/cli/simulated-lines.ts';
import { createVirtualSite, type VirtualSite } from '../../simulator/index.ts';
import type { DeviceProcess } from './device-process.ts';
import { Dice } from './dice.ts';
import { FactLog, type Order } from './facts.ts';
import type { Mail } from './gated-bus.ts';
import { smallSite } from './small-site.ts';
import { createWitness, type Witness } from './witness.ts';
import type { WireWatch } from './wire-watch.ts';

/** All that exists beside the programs: time, wires, drives, the broker, chance, and the log of what really happened. */
export class World {
  readonly seed: number;
  readonly clock: VirtualClock = createVirtualClock();
  readonly site: Site;
  readonly simulator: VirtualSite;
  readonly broker: MemoryBroker = createMemoryBus();
  readonly facts = new FactLog();
  /** What the devices' wall clocks are ahead of everybody else's. */
  readonly wall = { offsetMs: 0, hasJumped: false };
  /** Of the programs. */
  readonly random: Random;
  /** Of what happens to them. */
  readonly dice: Dice;
  readonly watches = new Map<string, WireWatch>();
  readonly processes = new Map<string, DeviceProcess>();
  /** Orders by the text that carries them. */
  readonly mail = new Map<string, Order>();
  readonly witness: Witness;
  /** What the network does to a message on its way; see weather.ts. */
  network: (mail: Mail) => void = (mail) => mail.deliver('sent');

  static async create(seed: number): Promise<World> {
    return new World(seed, await smallSite());
  }

  private constructor(seed: number, site: Site) {
    this.seed = seed;
    this.site = site;
    this.random = seededRandom(seed * 2 + 1);
    this.dice = new Dice(seededRandom(seed * 2));
    this.simulator = createVirtualSite({ lines: simulatedLines(site), clock: this.clock, seed });
    this.witness = createWitness(this);
  }

  blow(what: string, on: string, detail?: string): void {
    this.facts.add({ kind: 'blow', atMs: this.clock.nowMs(), what, on, ...(detail === undefined ? {} : { detail }) });
  }

  processOf(drive: string): DeviceProcess {
    return this.processes.get(this.site.drives.get(drive)!.line)!;
  }

  /** A line may not have counted more answers than its drives gave: an echo is none. */
  checkCounts({ host, line }: DeviceProcess): void {
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
