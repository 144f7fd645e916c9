import type { Mishap, VirtualDrive, VirtualLine } from '../../simulator/index.ts';
import type { Mail } from './facts.ts';
import type { TriggerHooks } from './wire-watch.ts';
import type { World } from './world.ts';

/** Mean time between two blows of a kind, ms; those that a seed does without are absent. */
interface Climate {
  readonly every: Readonly<Partial<Record<BlowName, number>>>;
  /** Of a message that may come twice, late, out of order or again much later. */
  readonly roughNetwork: boolean;
  /** Something strikes around the one frame that moves. */
  readonly atTriggers: boolean;
  /** Lines whose adapter sends back whatever it is given. */
  readonly echoing: ReadonlySet<string>;
}

type BlowName = 'mishap' | 'noise' | 'kill' | 'pause' | 'brokerLoss' | 'reboot' | 'driveFault' | 'unplug' | 'wallJump';

/** Likelihood that a seed knows it at all, and its mean period where it does. */
const KINDS: Readonly<Record<BlowName, { readonly likely: number; readonly everyMs: number }>> = {
  mishap: { likely: 0.7, everyMs: 2500 },
  noise: { likely: 0.15, everyMs: 5000 },
  kill: { likely: 0.45, everyMs: 7000 },
  pause: { likely: 0.5, everyMs: 4000 },
  brokerLoss: { likely: 0.35, everyMs: 6000 },
  reboot: { likely: 0.35, everyMs: 8000 },
  driveFault: { likely: 0.25, everyMs: 8000 },
  unplug: { likely: 0.25, everyMs: 9000 },
  wallJump: { likely: 0.4, everyMs: 5000 },
};

const MISHAPS: readonly ((world: World) => Mishap)[] = [
  () => ({ kind: 'drop', way: 'request', count: 1 }),
  () => ({ kind: 'drop', way: 'answer', count: 1 }),
  ({ dice }) => ({ kind: 'late', ms: dice.between(60, 400), count: 1 }),
  ({ dice }) => ({ kind: 'late', ms: dice.between(110, 400), count: 1 }),
  () => ({ kind: 'corrupt', way: 'answer', count: 1 }),
  () => ({ kind: 'corrupt', way: 'request', count: 1 }),
  () => ({ kind: 'truncate', way: 'answer', count: 1 }),
  () => ({ kind: 'foreign', count: 1 }),
  () => ({ kind: 'noise', way: 'answer', count: 1 }),
  ({ dice }) => ({ kind: 'exception', code: dice.one([4, 5, 6, 8, 0x0a, 0x0b]), count: 1 }),
];

const BEFORE_TRIGGERS = [
  [90, 'nothing'],
  [5, 'lose the answer'],
  [2, 'lose the request'],
  [2, 'late'],
] as const;
const AFTER_TRIGGERS = [
  [93, 'nothing'],
  [2, 'kill'],
  [2, 'pause'],
  [2, 'reboot'],
] as const;
const WHILE_VERIFYING = [
  [85, 'nothing'],
  [10, 'lose the answer'],
  [5, 'pause'],
] as const;
const HOUR_MS = 3_600_000;
/** Nobody needs it, and nothing stands beside it. */
const TWIN_VERSION = 0x20a0;

/** Lets faults loose on the world, each kind at its own pace, and says when it really struck. */
export class Weather implements TriggerHooks {
  readonly #world: World;
  readonly #climate: Climate;
  #isOver = false;

  constructor(world: World) {
    this.#world = world;
    const { dice } = world;
    const known = (Object.entries(KINDS) as [BlowName, (typeof KINDS)[BlowName]][]).filter(([, { likely }]) =>
      dice.happens(likely),
    );
    this.#climate = {
      every: Object.fromEntries(known.map(([name, { everyMs }]) => [name, everyMs])),
      roughNetwork: dice.happens(0.7),
      atTriggers: dice.happens(0.7),
      echoing: new Set([...world.simulator.lines.keys()].filter(() => dice.happens(0.15))),
    };
    world.network = (mail) => this.#carry(mail);
    this.#echo();
  }

  start(): void {
    for (const [line, virtual] of this.#world.simulator.lines) {
      this.#again('mishap', () => this.#mishap(virtual));
      this.#again('noise', () => this.#noise(virtual));
      this.#again('kill', () => this.#kill(line));
      this.#again('pause', () => this.#pause(line));
      this.#again('unplug', () => this.#unplug(virtual));
    }
    for (const drive of this.#world.simulator.drives.keys()) {
      this.#again('reboot', () => this.#reboot(drive));
      this.#again('driveFault', () => this.#driveFault(drive));
    }
    this.#again('brokerLoss', () => this.#loseBroker());
    this.#again('wallJump', () => this.#jump());
  }

  /** From now on nothing new strikes, and what is broken is mended. */
  end(): void {
    this.#isOver = true;
    for (const line of this.#world.simulator.lines.values()) line.clearMishaps();
    this.#echo();
    this.#world.broker.setOnline(true);
    for (const process of this.#world.processes.values()) {
      process.resume();
      process.start();
    }
  }

  #echo(): void {
    for (const line of this.#climate.echoing) this.#world.simulator.lines.get(line)!.addMishap({ kind: 'echo' });
  }

  /**
   * Somebody looks at a neighbour just now, so that the trigger waits behind that question: for a whole quarantine where
   * its answer is lost, for as long as the process stands still.
   */
  verifying(line: string, unit: number): void {
    const { dice, simulator, processes, clock } = this.#world;
    const virtual = simulator.lines.get(line)!;
    const neighbour = virtual.drives.find((drive) => drive.unit !== unit) ?? virtual.drives[1];
    const strike = dice.weighted(WHILE_VERIFYING);
    if (this.#isOver || !this.#climate.atTriggers || strike === null || strike === 'nothing' || neighbour === undefined)
      return;
    processes.get(line)!.call(
      async ({ axes }) =>
        axes.get(neighbour.name)!.kit.drive.readRegisters(neighbour.channel === null ? 0 : TWIN_VERSION, 1),
      () => undefined,
    );
    if (strike === 'pause') clock.after(dice.between(1, 8), () => this.#pause(line));
    else this.#add(virtual, { kind: 'drop', way: 'answer', unit: neighbour.unit, functionCode: 3, count: 1 });
  }

  before(line: string, unit: number): void {
    const { dice, facts, simulator } = this.#world;
    const virtual = simulator.lines.get(line)!;
    const strike = dice.weighted(BEFORE_TRIGGERS);
    if (this.#isOver || !this.#climate.atTriggers || strike === null || strike === 'nothing') return;
    if (strike === 'lose the answer') facts.count('lost answer of a trigger');
    if (strike !== 'late' && this.#climate.echoing.has(line)) facts.count('echo without an answer');
    if (strike === 'late') this.#add(virtual, { kind: 'late', unit, ms: dice.between(110, 400), count: 1 });
    else this.#add(virtual, { kind: 'drop', way: strike === 'lose the answer' ? 'answer' : 'request', unit, count: 1 });
  }

  after(line: string, unit: number): void {
    const { dice, facts, clock } = this.#world;
    const strike = dice.weighted(AFTER_TRIGGERS);
    if (this.#isOver || !this.#climate.atTriggers || strike === null || strike === 'nothing') return;
    if (strike === 'pause') return this.#pause(line);
    if (strike === 'reboot') {
      clock.after(dice.between(20, 400), () => this.#reboot(this.#driveAt(line, unit)));
      return;
    }
    facts.count('kill between trigger and acknowledge');
    this.#kill(line);
  }

  #driveAt(line: string, unit: number): string {
    return this.#world.simulator.lines.get(line)!.drives.find((drive) => drive.unit === unit)?.name ?? 'left';
  }

  /** Again and again, at random, with the mean period of this seed's climate. */
  #again(name: BlowName, strike: () => void): void {
    const everyMs = this.#climate.every[name];
    if (everyMs === undefined) return;
    const { dice, clock } = this.#world;
    const wait = (): void => {
      clock.after(-Math.log(1 - dice.random()) * everyMs, () => {
        if (this.#isOver) return;
        strike();
        wait();
      });
    };
    wait();
  }

  #add(line: VirtualLine, mishap: Mishap): void {
    // lateness that adds up is later than any line promises to be
    if (mishap.kind === 'late' && line.mishaps().some(({ kind, struck }) => kind === 'late' && struck === 0)) return;
    this.#world.blow(`mishap ${mishap.kind}`, line.name, JSON.stringify(mishap));
    line.addMishap(mishap);
  }

  #mishap(line: VirtualLine): void {
    const mishap = this.#world.dice.one(MISHAPS)(this.#world);
    if (mishap.kind === 'corrupt' || mishap.kind === 'noise' || mishap.kind === 'truncate')
      this.#world.facts.count('CRC noise');
    this.#add(line, mishap);
  }

  /** Something beside the cable is switched on for a while: a line to which nobody should entrust a motion. */
  #noise(line: VirtualLine): void {
    const { dice } = this.#world;
    this.#add(line, {
      kind: 'corrupt',
      way: 'answer',
      rate: dice.between(0.3, 0.7),
      count: dice.whole(8, 20),
    });
  }

  #kill(line: string): void {
    const { dice, clock, processes } = this.#world;
    const process = processes.get(line)!;
    if (process.host === null) return;
    process.kill();
    clock.after(dice.between(100, 1500), () => process.start());
  }

  #pause(line: string): void {
    const { dice, clock, processes } = this.#world;
    const process = processes.get(line)!;
    if (!process.pause()) return;
    clock.after(dice.happens(0.7) ? dice.between(20, 400) : dice.between(400, 3000), () => process.resume());
  }

  #unplug(line: VirtualLine): void {
    const ms = this.#world.dice.between(50, 2500);
    if (this.#isAnyMoving(line.drives)) this.#world.facts.count('unplugged line during a move');
    this.#world.blow('unplugged', line.name, `for ${ms.toFixed(0)} ms`);
    line.addMishap({ kind: 'unplug', ms });
  }

  #reboot(drive: string): void {
    const { simulator, site, clock, facts } = this.#world;
    if (this.#isOver) return;
    simulator.settle();
    const virtual = simulator.drives.get(drive)!;
    if (Math.abs(virtual.plant().velocity) > 100) facts.count('reboot of a drive while it moves');
    // of two drives in one unit both are switched off
    for (const { name, unit } of simulator.lines.get(site.drives.get(drive)!.line)!.drives)
      if (unit === virtual.unit) this.#world.blow('rebooted', name);
    virtual.injectFault('reboot', { atMs: clock.nowMs() });
  }

  #driveFault(drive: string): void {
    const { simulator, clock, dice } = this.#world;
    const kind = dice.one(['over-current', 'following-error', 'slow-status'] as const);
    simulator.settle();
    const virtual = simulator.drives.get(drive)!;
    this.#world.blow(`fault ${kind}`, drive);
    virtual.injectFault(kind, { atMs: clock.nowMs() });
    clock.after(500, () => virtual.clearFaults());
  }

  #loseBroker(): void {
    const { broker, dice, clock, facts, simulator } = this.#world;
    if (this.#isAnyMoving([...simulator.drives.values()])) facts.count('broker loss during a move');
    this.#world.blow('broker lost', 'broker');
    broker.setOnline(false);
    clock.after(dice.between(50, 2500), () => {
      this.#world.blow('broker back', 'broker');
      broker.setOnline(true);
    });
  }

  #isAnyMoving(drives: readonly VirtualDrive[]): boolean {
    this.#world.simulator.settle();
    return drives.some((drive) => Math.abs(drive.plant().velocity) > 100);
  }

  #jump(): void {
    const { dice, wall, facts } = this.#world;
    const byMs = dice.one([-24 * HOUR_MS, -HOUR_MS, -5000, 2000, HOUR_MS, 24 * HOUR_MS]);
    facts.count(byMs < 0 ? 'clock jump back' : 'clock jump forward');
    this.#world.blow('wall clock jumped', 'clock', `${byMs} ms`);
    wall.offsetMs = wall.offsetMs === 0 ? byMs : 0;
    wall.jumps++;
  }

  /** The network between a commander and a device process. */
  #carry({ order, deliver }: Mail): void {
    const { dice, clock } = this.#world;
    const isKnownAgain = typeof order.body['id'] === 'string';
    const isOfAnEpoch = isKnownAgain && order.epochReadAtMs !== null;
    if (!this.#climate.roughNetwork || this.#isOver) return deliver('sent');
    if (dice.happens(0.01)) return;
    if (dice.happens(0.08)) clock.after(dice.between(10, 400), () => deliver('sent'));
    else if (dice.happens(0.03) && isOfAnEpoch) clock.after(dice.between(400, 4000), () => deliver('sent'));
    else deliver('sent');
    if (isKnownAgain && dice.happens(0.12)) clock.after(dice.between(0.2, 1500), () => deliver('duplicate'));
    if (isOfAnEpoch && dice.happens(0.06)) clock.after(dice.between(1500, 9000), () => deliver('replayed'));
  }
}
