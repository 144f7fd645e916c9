import { createLineHost, type LineHost } from '../../services/device/index.ts';
import {
  Refusal,
  type DriveCommandName,
  type LineTrigger,
  type LineTriggerAnswer,
} from '../../services/contracts/index.ts';
import type { CommandRecord } from '../../services/device/command-record.ts';
import { parseCommand } from '../../services/device/parse-command.ts';
import { createLogger } from '../../services/platform/process/index.ts';
import { openMemoryDoor, type VirtualLine } from '../../simulator/index.ts';
import type { Delivery, Order } from './facts.ts';
import { createGatedBus } from './gated-bus.ts';
import { ProcessGate } from './process-gate.ts';
import { drivesOf } from './small-site.ts';
import type { WireWatch } from './wire-watch.ts';
import type { LineProcess, World } from './world.ts';

const logger = createLogger({ name: 'proof', level: 'silent' });

interface Life {
  readonly number: number;
  readonly gate: ProcessGate;
  readonly host: LineHost;
}

/** The process that owns one line: it can be killed and paused, and a new one starts with nothing of the old. */
export class DeviceProcess implements LineProcess {
  readonly line: string;
  readonly #world: World;
  readonly #virtual: VirtualLine;
  readonly #watch: WireWatch;
  readonly #open: ReturnType<typeof openMemoryDoor>;
  #life: Life | null = null;
  #lives = 0;
  #closePort: () => void = () => undefined;

  constructor(world: World, line: string, watch: WireWatch) {
    this.#world = world;
    this.line = line;
    this.#virtual = world.simulator.lines.get(line) as VirtualLine;
    this.#watch = watch;
    this.#open = openMemoryDoor(this.#virtual, world.clock);
  }

  get host(): LineHost | null {
    return this.#life?.host ?? null;
  }

  get lifeNumber(): number {
    return this.#lives;
  }

  get isRunning(): boolean {
    return this.#life?.gate.isRunning ?? false;
  }

  start(): void {
    if (this.#life !== null) return;
    const { site, random, wall } = this.#world;
    const gate = new ProcessGate(this.#world.clock, () => wall.offsetMs);
    const number = ++this.#lives;
    const openPort = this.#watch.opener(
      async (listener) => {
        const port = await this.#open(listener);
        this.#closePort = () => void port.close();
        return port;
      },
      { number, gate },
    );
    const host = createLineHost({
      site: { id: site.id, mqttRoot: site.mqtt.root, commands: site.commands },
      line: site.lines.get(this.line)!,
      drives: drivesOf(site, this.line),
      openPort,
      bus: createGatedBus(this.#world, { line: this.line, gate, deliver: (order, how) => this.#note(order, how) }),
      clock: gate.clock,
      random,
      logger,
    });
    this.#life = { number, gate, host };
    host.announce(`http://${this.line}.invalid/`);
    this.#world.blow('process started', this.line, `life ${number}`);
  }

  kill(): void {
    const life = this.#life;
    if (life === null) return;
    this.#world.checkCounts(this);
    life.gate.kill();
    this.#life = null;
    this.#closePort();
    this.#world.broker.lose(`device-${this.line}`);
    this.#world.blow('process killed', this.line);
  }

  /** The run is over: nothing of it lives on. */
  end(): void {
    if (this.#life === null) return;
    this.#world.checkCounts(this);
    this.#life.gate.kill();
    this.#life = null;
    this.#closePort();
  }

  pause(): boolean {
    if (this.#life === null || !this.#life.gate.isRunning) return false;
    this.#life.gate.pause();
    this.#world.blow('process paused', this.line);
    return true;
  }

  resume(): void {
    if (this.#life === null || this.#life.gate.isRunning) return;
    this.#world.blow('process resumed', this.line);
    this.#life.gate.resume();
  }

  /** A call as HTTP makes it; `answered` comes back only from a process that lives long enough to say it. */
  call<T>(run: (host: LineHost) => Promise<T>, answered: (outcome: PromiseSettledResult<T>) => void): boolean {
    const life = this.#life;
    if (life === null) return false;
    life.gate.enter(() => {
      const told = (outcome: PromiseSettledResult<T>): void => life.gate.enter(() => answered(outcome));
      run(life.host).then(
        (value) => told({ status: 'fulfilled', value }),
        (reason: unknown) => told({ status: 'rejected', reason }),
      );
    });
    return true;
  }

  /** Hands a command over by REST. */
  submit(order: Order, how: Delivery['how']): void {
    this.call(
      (host) => this.take(host, order, how),
      (outcome) => (outcome.status === 'rejected' ? void codeOf(outcome.reason) : undefined),
    );
  }

  async take(host: LineHost, order: Order, how: Delivery['how']): Promise<CommandRecord> {
    const delivery = this.#note(order, how);
    const name: DriveCommandName = order.command;
    try {
      const record = await host.axes.get(order.drive)!.submit(name, parseCommand(name, order.body) as never);
      delivery.answer = 'accepted';
      return record;
    } catch (reason) {
      delivery.answer = 'refused';
      delivery.code = codeOf(reason);
      throw reason;
    }
  }

  async triggerGroup(host: LineHost, asked: LineTrigger): Promise<LineTriggerAnswer> {
    const { clock, wall, facts } = this.#world;
    const [atMs, unixMs] = [clock.nowMs(), clock.unixMs() + wall.offsetMs];
    facts.add({ kind: 'commit', atMs, line: this.line, life: this.#lives, unixMs, asked });
    return host.trigger(asked);
  }

  #note(order: Order, how: Delivery['how']): Delivery {
    const { clock, wall, facts, simulator } = this.#world;
    simulator.settle();
    const { position: shaft, velocity: speed } = simulator.drives.get(order.drive)!.plant();
    const delivery: Delivery = {
      kind: 'delivery',
      atMs: clock.nowMs(),
      order,
      how,
      line: this.line,
      life: this.#lives,
      unixMs: clock.unixMs() + wall.offsetMs,
      shaft,
      speed,
      answer: 'none',
      code: null,
    };
    facts.add(delivery);
    return delivery;
  }
}

function codeOf(reason: unknown): string {
  if (reason instanceof Refusal) return reason.problem.code;
  throw reason;
}
