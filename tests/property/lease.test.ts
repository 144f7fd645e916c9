import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Refusal } from '../../services/contracts/index.ts';
import { axisBench, type AxisBench } from '../services/device/axis-bench.ts';
import { runs } from './runs.ts';

/** What a person with a list of the tokens that were handed out would know. */
interface Known {
  holder: { owner: string; token: string; untilMs: number } | null;
  readonly tokens: string[];
}

type Step = fc.AsyncCommand<Known, AxisBench>;

const held = (known: Known, bench: AxisBench): Known['holder'] =>
  known.holder !== null && bench.clock.nowMs() < known.holder.untilMs ? known.holder : null;

const outcomeOf = async (act: () => unknown): Promise<string> => {
  try {
    await act();
    return 'granted';
  } catch (error) {
    if (error instanceof Refusal) return error.problem.code;
    throw error;
  }
};

function step(name: string, run: (known: Known, bench: AxisBench) => Promise<void>): Step {
  return {
    check: () => true,
    toString: () => name,
    async run(known, bench) {
      await run(known, bench);
      expect(bench.axis.state().lease?.owner).toBe(held(known, bench)?.owner);
    },
  };
}

const take = (owner: string, ttlMs: number): Step =>
  step(`take(${owner}, ${ttlMs} ms)`, async (known, bench) => {
    const other = held(known, bench);
    const granted: { token: string | null } = { token: null };
    const outcome = await outcomeOf(() => (granted.token = bench.axis.lease.take({ owner, ttlMs }).token));
    expect(outcome).toBe(other === null || other.owner === owner ? 'granted' : 'leaseHeld');
    if (granted.token === null) return;
    expect(known.tokens).not.toContain(granted.token);
    known.tokens.push(granted.token);
    known.holder = { owner, token: granted.token, untilMs: bench.clock.nowMs() + ttlMs };
  });

/** A token of the list, counted from the newest; an empty list has none. */
const tokenOf = (known: Known, age: number): string | undefined => known.tokens.at(-1 - age);

const renew = (age: number, ttlMs: number): Step =>
  step(`renew(token -${age}, ${ttlMs} ms)`, async (known, bench) => {
    const token = tokenOf(known, age) ?? 'none.0';
    const isOwn = held(known, bench)?.token === token;
    const outcome = await outcomeOf(() => bench.axis.lease.renew({ token, ttlMs }));
    expect(outcome === 'granted').toBe(isOwn);
    if (isOwn && known.holder !== null) known.holder.untilMs = bench.clock.nowMs() + ttlMs;
  });

const giveBack = (age: number): Step =>
  step(`give back(token -${age})`, async (known, bench) => {
    const token = tokenOf(known, age) ?? 'none.0';
    const isOwn = held(known, bench)?.token === token;
    expect((await outcomeOf(() => bench.axis.lease.giveBack(token))) === 'granted').toBe(isOwn);
    if (isOwn) known.holder = null;
  });

const breakIt: Step = step('break', async (known, bench) => {
  bench.axis.lease.break('the shift is over');
  known.holder = null;
});

const pass = (durationMs: number): Step => step(`pass(${durationMs} ms)`, (_known, bench) => bench.pass(durationMs));

const command = (age: number | null): Step =>
  step(`move(${age === null ? 'no token' : `token -${age}`})`, async (known, bench) => {
    const lease = age === null ? undefined : tokenOf(known, age);
    const holder = held(known, bench);
    const isRightful = lease === undefined ? holder === null : holder?.token === lease;
    const told = bench.drive.accepted.length;
    const outcome = await outcomeOf(() => bench.axis.submit('move-absolute', { position: 30, lease }));
    expect(outcome === 'granted').toBe(isRightful);
    // a token below one that was granted since is known to be old
    if (holder !== null && lease !== undefined && !isRightful) expect(outcome).toBe('tokenStale');
    await bench.pass(30);
    expect(bench.drive.accepted.slice(told).some(({ kind }) => kind === 'moveTo')).toBe(isRightful);
  });

/** Taken from anybody; then led back, so that the next command finds a standing axis. */
const stopped = async (known: Known, bench: AxisBench): Promise<void> => {
  expect(await outcomeOf(() => bench.axis.submit('stop', { lease: 'nobody.0' }))).toBe('granted');
  await bench.pass(50);
  await bench.axis.submit('release', { lease: held(known, bench)?.token });
  await bench.pass(50);
  expect(bench.axis.state().state).toBe('standstill');
};

const age = fc.nat(3);
const ttlMs = fc.integer({ min: 500, max: 3000 });
const steps = [
  fc.tuple(fc.constantFrom('ann', 'bob'), ttlMs).map(([owner, ms]) => take(owner, ms)),
  fc.tuple(age, ttlMs).map(([which, ms]) => renew(which, ms)),
  age.map(giveBack),
  fc.constant(breakIt),
  fc.integer({ min: 1, max: 2500 }).map(pass),
  fc.option(age).map(command),
  fc.option(age).map(command),
  fc.constant(step('stop, release', stopped)),
];

test('28: one lease at a time holds the axis, an older token never commands, and a stop asks for none', async () => {
  await fc.assert(
    fc.asyncProperty(fc.commands(steps, { maxCommands: 30 }), async (history) => {
      const bench = await axisBench();
      await bench.ready();
      const model: Known = { holder: null, tokens: [] };
      await fc.asyncModelRun(() => ({ model, real: bench }), history);
      expect(bench.axis.state().lease?.owner).toBe(held(model, bench)?.owner);
    }),
    runs(60),
  );
});
