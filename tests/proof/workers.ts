import { fork } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle, type Change } from '../support/bundle.ts';
import type { Violation } from './oracle/violation.ts';

export interface SeedTask {
  readonly seeds: readonly number[];
}

/** What one seed came to. */
export interface SeedReport {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly counts: readonly (readonly [string, number])[];
  readonly motions: number;
  readonly siteMs: number;
  readonly trace: string;
}

/** A process is warm after some seeds, and what it leaks is given back with it. */
const SEEDS_A_TASK = 20;
const SEEDS_A_PROCESS = 400;

/** Bundles lie where they find the packages. */
const cache = fileURLToPath(new URL('../../node_modules/.cache', import.meta.url));

interface Campaign {
  readonly seeds: Iterable<number>;
  readonly workers: number;
  readonly changes?: readonly Change[];
  /** False ends the campaign: enough is known. */
  readonly heard: (report: SeedReport) => boolean;
}

/** Runs seeds in processes of their own, from one bundle of all sources as they are, or changed. */
export async function runSeeds({ seeds, workers, changes = [], heard }: Campaign): Promise<void> {
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'proof-'));
  try {
    await bundle('tests/proof/seed-worker.ts', folder, changes);
    const left = seeds[Symbol.iterator]();
    const program = join(folder, 'seed-worker.mjs');
    const state = { isEnough: false };
    await Promise.all(Array.from({ length: workers }, () => keepBusy(program, left, { heard, state })));
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Hearing {
  readonly heard: Campaign['heard'];
  readonly state: { isEnough: boolean };
}

async function keepBusy(program: string, left: Iterator<number>, hearing: Hearing): Promise<void> {
  while (!hearing.state.isEnough && (await oneProcess(program, left, hearing)));
}

/** True when there may be more to do. */
function oneProcess(program: string, left: Iterator<number>, { heard, state }: Hearing): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = fork(program, { execArgv: [] });
    let done = 0;
    const end = (hasMore: boolean): void => {
      child.removeAllListeners();
      child.kill();
      resolve(hasMore);
    };
    const next = (): void => {
      const seeds = take(left, done < SEEDS_A_PROCESS && !state.isEnough ? SEEDS_A_TASK : 0);
      done += seeds.length;
      if (seeds.length === 0) end(done >= SEEDS_A_PROCESS && !state.isEnough);
      else child.send({ seeds } satisfies SeedTask);
    };
    child.on('message', (message: SeedReport | 'idle') => {
      if (message === 'idle') return next();
      state.isEnough ||= !heard(message);
      if (state.isEnough) end(false);
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => reject(new Error(`a worker ended by itself: ${code ?? signal}`)));
    next();
  });
}

function take(from: Iterator<number>, count: number): number[] {
  const taken: number[] = [];
  while (taken.length < count) {
    const { value, done } = from.next();
    if (done === true) break;
    taken.push(value);
  }
  return taken;
}

export function* range(from: number, count: number): Generator<number> {
  for (let seed = from; seed < from + count; seed++) yield seed;
}
