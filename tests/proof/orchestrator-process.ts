import { createOrchestrator, type Orchestrator } from '../../services/orchestrator/index.ts';
import type { GroupCommandResource } from '../../services/contracts/index.ts';
import type { MessageBus } from '../../services/platform/bus/index.ts';
import { createLogger } from '../../services/platform/process/index.ts';
import { createDeviceCalls } from './device-calls.ts';
import type { Dice } from './dice.ts';
import { ProcessGate } from './process-gate.ts';
import type { World } from './world.ts';

const logger = createLogger({ name: 'proof', level: 'silent' });
const NAME = 'orchestrator';

interface Life {
  readonly gate: ProcessGate;
  readonly orchestrator: Orchestrator;
}

/** The process that moves drives together: it can be killed and paused, and a new one starts with nothing of the old. */
export class OrchestratorProcess {
  readonly #world: World;
  readonly #dice: Dice;
  #life: Life | null = null;

  constructor(world: World, dice: Dice) {
    this.#world = world;
    this.#dice = dice;
  }

  /** Null while nobody would answer. */
  get orchestrator(): Orchestrator | null {
    return this.#life?.gate.isRunning === true ? this.#life.orchestrator : null;
  }

  start(): void {
    if (this.#life !== null) return;
    const { site, random, clock } = this.#world;
    // its wall clock is everybody else's: those of the device processes jump
    const gate = new ProcessGate(clock, () => 0);
    const orchestrator = createOrchestrator({
      site,
      facts: { version: '0', brokerUrl: 'mqtt://memory.invalid', simulatorUrl: null },
      bus: gated(this.#world.broker.bus(NAME), gate),
      connect: createDeviceCalls({ world: this.#world, gate, dice: this.#dice }),
      clock: gate.clock,
      random,
      logger,
    });
    orchestrator.groups.onEnded((command) => this.#noteEnd(command));
    this.#life = { gate, orchestrator };
    this.#world.blow('process started', NAME);
  }

  kill(): void {
    if (this.#life === null) return;
    this.end();
    this.#world.broker.lose(NAME);
    this.#world.blow('process killed', NAME);
  }

  pause(): void {
    if (this.orchestrator === null) return;
    this.#life?.gate.pause();
    this.#world.blow('process paused', NAME);
  }

  resume(): void {
    if (this.#life === null || this.#life.gate.isRunning) return;
    this.#world.blow('process resumed', NAME);
    this.#life.gate.resume();
  }

  #noteEnd({ group, command, status, error, parameters }: GroupCommandResource): void {
    const { clock, facts, simulator } = this.#world;
    simulator.settle();
    const targets = (parameters['targets'] ?? {}) as Readonly<Record<string, number>>;
    const shafts = Object.fromEntries([...simulator.drives].map(([id, drive]) => [id, drive.plant().position]));
    const code = error?.code ?? null;
    facts.add({ kind: 'group-end', atMs: clock.nowMs(), group, command, status, code, targets, shafts });
  }

  /** The run is over: nothing of it lives on. */
  end(): void {
    this.#life?.gate.kill();
    this.#life = null;
  }
}

/** A client of the broker behind the border of its process. */
function gated(inner: MessageBus, gate: ProcessGate): MessageBus {
  return {
    state: () => inner.state(),
    onState: (listener) => inner.onState((state) => gate.enter(() => listener(state))),
    publish: (topic, payload, options) => (gate.isAlive ? inner.publish(topic, payload, options) : undefined),
    drops: () => inner.drops(),
    subscribe: (filter, listener) => inner.subscribe(filter, (message) => gate.enter(() => listener(message))),
    close: () => inner.close(),
  };
}
