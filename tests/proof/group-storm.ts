import { Refusal } from '../../services/contracts/index.ts';
import type { GroupConfig } from '../../config/index.ts';
import type { Dice } from './dice.ts';
import { OrchestratorProcess } from './orchestrator-process.ts';
import type { World } from './world.ts';

type Word = 'enable' | 'move' | 'halt' | 'stop' | 'release' | 'reset' | 'disable' | 'nothing';

/** What a person may think of when a group is in a state; heavier is likelier. */
const CHOICES: Readonly<Record<string, readonly (readonly [weight: number, word: Word])[]>> = {
  groupDisabled: [[20, 'enable']],
  groupStandby: [
    [30, 'move'],
    [1, 'disable'],
    [1, 'stop'],
  ],
  groupMoving: [
    [30, 'nothing'],
    [8, 'move'],
    [6, 'halt'],
    [6, 'stop'],
  ],
  groupStopping: [[20, 'release']],
  groupErrorStop: [[20, 'reset']],
};

/** Farther than this takes too long for a run of seconds; axis units. */
const FARTHEST = 40;
const KILL_EVERY_MS = 6000;
const PAUSE_EVERY_MS = 5000;

/** Somebody who moves drives together, by an orchestrator that is killed and paused meanwhile. */
export class GroupStorm {
  readonly process: OrchestratorProcess;
  readonly #world: World;
  readonly #dice: Dice;
  #isOver = false;

  constructor(world: World, dice: Dice) {
    this.#world = world;
    this.#dice = dice;
    this.process = new OrchestratorProcess(world, dice);
  }

  start(): void {
    this.process.start();
    this.#again(
      () => this.#dice.between(120, 500),
      () => this.#act(),
    );
    if (this.#dice.happens(0.5))
      this.#again(
        () => this.#mean(KILL_EVERY_MS),
        () => this.#kill(),
      );
    if (this.#dice.happens(0.5))
      this.#again(
        () => this.#mean(PAUSE_EVERY_MS),
        () => this.#pause(),
      );
  }

  /** From now on nobody asks for anything, and what is broken is mended. */
  calm(): void {
    this.#isOver = true;
    this.process.resume();
    this.process.start();
  }

  #again(waitMs: () => number, act: () => void): void {
    this.#world.clock.after(waitMs(), () => {
      if (this.#isOver) return;
      act();
      this.#again(waitMs, act);
    });
  }

  #mean = (everyMs: number): number => -Math.log(1 - this.#dice.random()) * everyMs;

  #kill(): void {
    this.process.kill();
    this.#world.clock.after(this.#dice.between(100, 1500), () => this.process.start());
  }

  #pause(): void {
    this.process.pause();
    this.#world.clock.after(this.#dice.between(50, 2000), () => this.process.resume());
  }

  #act(): void {
    const { orchestrator } = this.process;
    const group = this.#dice.one([...this.#world.site.groups.values()]);
    if (orchestrator === null) return;
    const { state } = orchestrator.groups.state(group.id);
    const word = this.#dice.weighted(CHOICES[state] ?? []);
    if (word === null || word === 'nothing') return;
    try {
      const body = word === 'move' ? this.#move(group) : {};
      orchestrator.groups.submit({ group: group.id, command: word, body: { id: this.#dice.id(), ...body } });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }

  #move({ drives }: GroupConfig): object {
    const { clock, site } = this.#world;
    const targets = drives.map((id): [string, number] => {
      const { range } = site.drives.get(id)!.axis;
      const [low, high] = range;
      const here = this.process.orchestrator?.registry.entry(id).state?.position ?? 0;
      const inside = Math.min(high, Math.max(low, here + this.#dice.between(-FARTHEST, FARTHEST)));
      return [id, Math.round(inside * 1000) / 1000];
    });
    const startAt = new Date(clock.unixMs() + this.#dice.between(-50, 900)).toISOString();
    return {
      targets: Object.fromEntries(targets),
      sync: this.#dice.one(['phase', 'time', 'none']),
      ...(this.#dice.happens(0.3) ? { startAt } : {}),
    };
  }
}
