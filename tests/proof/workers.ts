import { fork } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock, type Cancel } from '../../drivers/base/index.ts';
import { bundle, type Change } from '../support/bundle.ts';
import type { Violation } from './oracle/violation.ts';
import { SeedQueue } from './seed-queue.ts';

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

/** A process is warm after some fifty seeds, and what it leaks is given back with it. */
const SEEDS_A_TASK = 20;
const SEEDS_A_PROCESS = 4000;
/** What a seed and the start of its process take on a machine that has a twentieth of itself left, and more. */
const LONGEST_SEED_MS = 120_000;
const LAST_WORDS = 2000;
/** Seeds make much that is dropped at once: with room for it the collector has a third less to do. */
const EXEC_ARGV = ['--max-semi-space-size=64'];

/** Bundles lie where they find the packages. */
const cache = fileURLToPath(new URL('../../node_modules/.cache', import.meta.url));

interface Campaign {
  readonly seeds: Iterable<number>;
  readonly workers: number;
  readonly changes?: readonly Change[];
  /** A seed that takes longer does not end. */
  readonly longestSeedMs?: number;
  /** False ends the campaign: enough is known. */
  readonly heard: (report: SeedReport) => boolean;
}

/** Runs seeds in processes of their own, from one bundle of all sources as they are, or changed. */
export async function runSeeds(campaign: Campaign): Promise<void> {
  const { seeds, workers, changes = [], longestSeedMs = LONGEST_SEED_MS, heard } = campaign;
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'proof-'));
  try {
    await bundle('tests/proof/seed-worker.ts', folder, changes);
    const program = join(folder, 'seed-worker.mjs');
    const queue = new SeedQueue(seeds);
    const hear = (report: SeedReport): void => {
      if (!heard(report)) queue.close();
    };
    await Promise.all(Array.from({ length: workers }, () => keepBusy({ program, queue, longestSeedMs, hear })));
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Employment {
  readonly program: string;
  readonly queue: SeedQueue;
  readonly longestSeedMs: number;
  readonly hear: (report: SeedReport) => void;
}

async function keepBusy(employment: Employment): Promise<void> {
  while (!employment.queue.isEmpty()) await oneProcess(employment);
}

/**
 * Resolves when the process has done its share, or has died or hung: then the seed that it was at is red, because a
 * device process in the field would have died of it, and the rest of its task is for the next process.
 */
function oneProcess({ program, queue, longestSeedMs, hear }: Employment): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = fork(program, { execArgv: EXEC_ARGV, stdio: ['ignore', 'inherit', 'pipe', 'ipc'] });
    const open: number[] = [];
    let done = 0;
    let lastWords = '';
    let ending: string | null = null;
    child.stderr?.on('data', (text: Buffer) => {
      lastWords = `${lastWords}${text.toString()}`.slice(-LAST_WORDS);
    });
    const giveUp = (): Cancel =>
      systemClock.after(longestSeedMs, () => {
        ending = `it had not ended after ${longestSeedMs / 1000} s`;
        child.kill('SIGKILL');
      });
    let cancelGivingUp = giveUp();
    const next = (): void => {
      open.push(...queue.take(done < SEEDS_A_PROCESS ? SEEDS_A_TASK : 0));
      done += open.length;
      if (open.length > 0) child.send({ seeds: open } satisfies SeedTask);
      else child.kill();
    };
    child.on('message', (message: SeedReport | 'idle') => {
      cancelGivingUp();
      cancelGivingUp = giveUp();
      if (message === 'idle') return next();
      open.shift();
      hear(message);
      if (queue.isClosed) child.kill();
    });
    child.once('error', reject);
    child.once('close', () => {
      cancelGivingUp();
      const [seed, ...rest] = open;
      const detail = ending ?? `it died: ${errorIn(lastWords)}`;
      if (seed !== undefined && !queue.isClosed) hear(crashed(seed, detail));
      queue.giveBack(rest);
      resolve();
    });
    next();
  });
}

function crashed(seed: number, detail: string): SeedReport {
  const violations = [{ rule: '0: the process lives', atMs: 0, drive: 'process', detail }];
  return { seed, violations, counts: [], motions: 0, siteMs: 0, trace: detail };
}

/** Of what a dying process wrote, the line that says why; an error without a stack stands in brackets. */
function errorIn(lastWords: string): string {
  const lines = lastWords.split('\n').map((line) => line.trim());
  const error = lines.map((line) => /^\[?(\w*Error\b.*?)\]?$/.exec(line)?.[1]).find((found) => found !== undefined);
  return error ?? lines.findLast((line) => line !== '') ?? 'without a word';
}

export function* range(from: number, count: number): Generator<number> {
  for (let seed = from; seed < from + count; seed++) yield seed;
}
