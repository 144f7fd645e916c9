import { createHash } from 'node:crypto';
import { Commander } from './commander.ts';
import { seededRandom } from '../../drivers/base/index.ts';
import { countHappened } from './counters.ts';
import { DeviceProcess } from './device-process.ts';
import { Dice } from './dice.ts';
import { GroupStorm } from './group-storm.ts';
import { Evidence } from './oracle/evidence.ts';
import { judge } from './oracle/judge.ts';
import type { Violation } from './oracle/violation.ts';
import { Post } from './post.ts';
import { Weather } from './weather.ts';
import { createWitness } from './witness.ts';
import { createWireWatch } from './wire-watch.ts';
import { World } from './world.ts';

export interface Outcome {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly counts: ReadonlyMap<string, number>;
  readonly motions: number;
  readonly siteMs: number;
  /** Of all that the drives took in and did, and of every fact. */
  readonly trace: string;
  readonly world: World;
}

const STORM_MS = 9_000;
/** Long enough for every command to end and every axis to be found again: a silent one is asked within five seconds. */
const CALM_MS = 7_000;
const RIVAL_ACTS = 0.12;
/** One seed in so many has an orchestrator that moves groups, beside the commanders of single drives. */
const GROUPS_EVERY = 4;
/** There they leave the drives alone more often, or no group would ever be at rest. */
const RESTRAINT = 0.9;

/** One seed: a few seconds of a site whose commanders never rest, in whatever weather the seed brings. */
export async function storm(seed: number): Promise<Outcome> {
  const world = await World.create(seed);
  world.witness = createWitness(world);
  const { clock, dice, simulator, site, facts } = world;
  const weather = new Weather(world);
  for (const [line, virtual] of simulator.lines) {
    const watch = createWireWatch({ line, clock, virtual, facts, hooks: weather });
    world.watches.set(line, watch);
    world.processes.set(line, new DeviceProcess(world, line, watch));
  }
  for (const process of world.processes.values()) process.start();
  const post = new Post(world);
  const operator = new Commander('operator', world, post);
  const rival = new Commander('rival', world, post);
  const isRivalry = dice.happens(0.5);
  const groups = seed % GROUPS_EVERY === 0 ? new GroupStorm(world, new Dice(seededRandom(seed))) : null;
  await clock.advance(400);
  weather.start();
  groups?.start();
  for (const drive of site.drives.values()) {
    const next = (): void => {
      clock.after(dice.between(50, 240), () => {
        if (clock.nowMs() > STORM_MS) return;
        if (groups !== null && dice.happens(RESTRAINT)) return next();
        const who = isRivalry && dice.happens(RIVAL_ACTS) ? rival : operator;
        if (isRivalry && dice.happens(0.06)) who.lease(drive);
        else who.act(drive);
        next();
      });
    };
    next();
  }
  await clock.advance(STORM_MS);
  weather.end();
  groups?.calm();
  await clock.advance(CALM_MS);
  groups?.process.end();
  for (const process of world.processes.values()) process.end();
  simulator.settle();
  const entries = simulator.ledger.entries();
  const motions = entries.filter(({ kind }) => kind === 'start').length;
  const evidence = new Evidence(world, entries);
  const violations = judge(evidence);
  countHappened(evidence);
  const trace = createHash('sha256').update(JSON.stringify(entries)).update(JSON.stringify(facts.all)).digest('hex');
  simulator.close();
  return { seed, violations, counts: facts.counts, motions, siteMs: clock.nowMs(), trace, world };
}
