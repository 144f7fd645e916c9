import type { DriveConfig } from '../../config/index.ts';
import type { DriveCommandName, DriveStateMessage } from '../../services/contracts/index.ts';
import type { Dice } from './dice.ts';
import type { Order } from './facts.ts';
import type { Post } from './post.ts';
import type { World } from './world.ts';

type Body = Readonly<Record<string, unknown>>;
type Choice = readonly [weight: number, command: DriveCommandName | 'buffered' | 'nothing' | 'jogging'];

/** What a person may think of in each state; heavier is likelier. */
const CHOICES: Readonly<Partial<Record<DriveStateMessage['state'], readonly Choice[]>>> = {
  disabled: [
    [20, 'enable'],
    [1, 'move-absolute'],
  ],
  standstill: [
    [40, 'move-absolute'],
    [20, 'move-relative'],
    [8, 'move-velocity'],
    [8, 'jogging'],
    [6, 'buffered'],
    [3, 'set-position'],
    [3, 'home'],
    [3, 'set-override'],
    [2, 'disable'],
    [3, 'stop'],
    [2, 'enable'],
    [1, 'release'],
    [1, 'reset'],
  ],
  discreteMotion: [
    [30, 'nothing'],
    [12, 'move-absolute'],
    [10, 'move-relative'],
    [12, 'buffered'],
    [10, 'halt'],
    [12, 'stop'],
    [6, 'set-override'],
    [1, 'disable'],
  ],
  homing: [
    [40, 'nothing'],
    [8, 'halt'],
    [8, 'stop'],
    [4, 'move-absolute'],
    [1, 'disable'],
  ],
  continuousMotion: [
    [40, 'nothing'],
    [10, 'halt'],
    [8, 'stop'],
    [8, 'move-absolute'],
    [4, 'set-override'],
  ],
  stopping: [
    [30, 'release'],
    [4, 'stop'],
    [3, 'move-absolute'],
    [2, 'disable'],
  ],
  errorStop: [
    [30, 'reset'],
    [2, 'move-absolute'],
    [1, 'stop'],
  ],
  unknown: [
    [10, 'nothing'],
    [2, 'stop'],
    [1, 'move-absolute'],
  ],
};

/** Farther than this takes too long for a run of seconds; axis units. */
const FARTHEST = 40;

/** What the commander knows, and since when. */
interface Known {
  readonly state: DriveStateMessage;
  readonly atMs: number;
}

/** Somebody who commands drives all the time: mostly with care, sometimes without, never asking whether it is wise. */
export class Commander {
  readonly name: string;
  readonly #world: World;
  readonly #post: Post;
  readonly #known = new Map<string, Known>();
  readonly #tokens = new Map<string, string>();
  #careless = 0;

  constructor(name: string, world: World, post: Post) {
    this.name = name;
    this.#world = world;
    this.#post = post;
  }

  get #dice(): Dice {
    return this.#world.dice;
  }

  /** Looks at one drive and does something to it. */
  act(drive: DriveConfig): void {
    this.#look(drive.id);
    const known = this.#known.get(drive.id);
    if (known === undefined) return;
    const command = this.#dice.weighted(CHOICES[known.state.state] ?? []);
    if (command === null || command === 'nothing') return;
    if (command === 'jogging') this.#jog(drive);
    else if (command === 'buffered') this.#send(drive, 'move-absolute', { bufferMode: 'buffered' });
    else this.#send(drive, command);
  }

  /** Takes exclusive control for a while, or gives it back. */
  lease(drive: DriveConfig): void {
    const { dice } = this.#world;
    const token = this.#tokens.get(drive.id);
    if (token !== undefined && dice.happens(0.3)) return this.#post.giveBack(drive.id, token);
    this.#post.take(drive.id, { owner: this.name, ttlMs: dice.whole(500, 4000) }, (granted) =>
      this.#tokens.set(drive.id, granted),
    );
  }

  #look(drive: string): void {
    const process = this.#world.processOf(drive);
    const { host } = process;
    if (host === null || !process.isRunning) return;
    this.#known.set(drive, { state: host.axes.get(drive)!.state(), atMs: this.#world.clock.nowMs() });
  }

  #jog(drive: DriveConfig): void {
    const velocity = this.#dice.between(0.2, 0.9) * drive.axis.maxVelocity * (this.#dice.happens(0.5) ? 1 : -1);
    const ttlMs = this.#dice.whole(150, 500);
    const renewals = this.#dice.whole(1, 6);
    const everyMs = this.#dice.between(0.4, 0.9) * ttlMs;
    for (let renewal = 0; renewal < renewals; renewal++) {
      this.#world.clock.after(renewal * everyMs, () =>
        this.#send(drive, 'jog', { velocity: rounded(velocity), ttlMs }),
      );
    }
  }

  #send(drive: DriveConfig, command: DriveCommandName, more: Body = {}): void {
    const { clock } = this.#world;
    const known = this.#known.get(drive.id);
    const parameters = { ...this.#parameters(drive, command), ...more };
    const envelope = this.#envelope(drive.id, command, known);
    const via = this.#dice.happens(0.55) ? 'rest' : 'mqtt';
    const order: Omit<Order, 'number'> = {
      from: this.name,
      drive: drive.id,
      command,
      via,
      isRetained: via === 'mqtt' && command !== 'stop' && this.#dice.happens(0.06),
      body: { ...envelope, ...parameters },
      atMs: clock.nowMs(),
      epochReadAtMs: envelope['epoch'] === undefined ? null : (known?.atMs ?? null),
    };
    this.#post.send(order);
  }

  /** Most commanders say all there is to say, some only an id, a few nothing. */
  #envelope(drive: string, command: DriveCommandName, known: Known | undefined): Body {
    const dice = this.#dice;
    const token = this.#tokens.get(drive);
    const lease = token === undefined || dice.happens(0.05) ? {} : { lease: token };
    const care = dice.random();
    // a number of its own tells even these apart, for us; the bare position has its decimals
    if (care < 0.1)
      return command === 'jog' || (command === 'move-absolute' && care < 0.05)
        ? lease
        : { ttlMs: 1500 + this.#careless++, ...lease };
    const id = dice.id();
    if (care < 0.3) return { id, ...lease };
    const issuedAt = new Date(this.#world.clock.unixMs()).toISOString();
    const ttlMs = command === 'jog' ? {} : { ttlMs: dice.happens(0.5) ? dice.whole(60, 300) : dice.whole(300, 3000) };
    return { id, issuedAt, ...ttlMs, ...(known === undefined ? {} : { epoch: known.state.epoch }), ...lease };
  }

  #parameters(drive: DriveConfig, command: DriveCommandName): Body {
    const dice = this.#dice;
    const { axis } = drive;
    const here = this.#known.get(drive.id)?.state.position ?? 0;
    const fast = dice.happens(0.03) ? axis.maxVelocity * 1.5 : dice.between(0.3, 1) * axis.maxVelocity;
    const ramp = dice.happens(0.7)
      ? { velocity: rounded(fast), acceleration: rounded(dice.between(0.5, 1) * axis.maxAcceleration) }
      : {};
    const way = dice.between(-FARTHEST, FARTHEST);
    const [low, high] = axis.range;
    const inside = Math.min(high, Math.max(low, here + way));
    if (command === 'move-absolute')
      return { position: rounded(dice.happens(0.05) ? here + 3 * way : inside), ...ramp };
    if (command === 'move-relative') return { distance: rounded(dice.happens(0.1) ? way : inside - here), ...ramp };
    if (command === 'move-velocity')
      return {
        velocity: rounded(Math.sign(way) * Math.min(fast, axis.maxVelocity)),
        maxDurationMs: dice.whole(100, 800),
      };
    // the position of a motor that shares its unit can only be made 0
    if (command === 'set-position') return { position: drive.profile.twinAxis === undefined ? rounded(inside) : 0 };
    return command === 'set-override' ? { velocityFactor: dice.one([0.25, 0.5, 0.75, 1]) } : {};
  }
}

/** Three decimals; many numbers, so that a text is seldom said twice. */
const rounded = (value: number): number => Math.round(value * 1000) / 1000;
