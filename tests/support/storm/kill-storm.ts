import { seededRandom } from '../../../drivers/base/index.ts';
import { Commander, type CommanderCounts } from './commander.ts';
import { openDoors } from './doors.ts';
import { LedgerFollower } from './ledger-follower.ts';
import { Mischief, type Strike } from './mischief.ts';
import type { ControlWrite, Motion } from './motion-story.ts';
import { OrderBook, type Order } from './order-book.ts';
import { startProcessSite, type SiteDrive } from './process-site.ts';
import { until } from './until.ts';
import { judge, type Verdict } from './verdict.ts';

interface StormOptions {
  readonly kills: number;
  /** It goes on until so many moves are done. */
  readonly movesDone?: number;
  readonly lines: number;
  readonly drivesPerLine: number;
  readonly seed: number;
  /** Ends it early. */
  readonly signal?: AbortSignal;
  readonly told?: (progress: StormProgress) => void;
}

export interface StormProgress {
  readonly strikes: readonly Strike[];
  readonly kills: number;
  readonly orders: readonly Order[];
}

/** What came of a storm. */
export interface Storm {
  readonly verdict: Verdict;
  readonly orders: readonly Order[];
  readonly strikes: readonly Strike[];
  readonly commanders: CommanderCounts;
  /** Device processes that died with a set-point in the drive and its handshake unfinished. */
  readonly killedBetweenTriggerAndAcknowledge: number;
  /** Device processes that died while a shaft of theirs turned. */
  readonly killedInMotion: number;
  readonly clockUncertainMs: number;
  /** The ledger's instants in milliseconds since 1970 are this much more. */
  readonly ledgerToUnixMs: number;
  readonly motions: readonly Motion[];
}

const DONE_WITHIN_MS = 120_000;
/** A frame that left before a kill may be heard so much later on a busy machine; no new process is there by then. */
const HEARD_WITHIN_MS = 50;

/**
 * Moves all drives of a site of real processes by REST and MQTT, kills and pauses device processes, orchestrator and
 * broker meanwhile, and holds the simulator's ledger against what was commanded.
 */
export async function killStorm({
  kills,
  movesDone = 0,
  seed,
  told,
  signal = new AbortController().signal,
  ...size
}: StormOptions): Promise<Storm> {
  const site = await startProcessSite(size);
  try {
    const ledger = new LedgerFollower(site.simulatorUrl);
    ledger.start();
    const doors = await openDoors(site);
    const book = new OrderBook(seededRandom(seed));
    const random = seededRandom(seed + 1);
    const mischief = new Mischief({
      site,
      random,
      kills,
      signal,
      told: () => told?.({ strikes: mischief.strikes, kills: mischief.kills(), orders: book.orders() }),
    });
    const end = new AbortController();
    const commanders = site.drives.map(
      (drive, index) =>
        new Commander({
          drive,
          doors,
          book,
          random: seededRandom(seed + 100 + index),
          onSend: mischief.onSend,
          signal: end.signal,
        }),
    );
    const commanding = Promise.all(commanders.map((commander) => commander.run()));
    await mischief.run();
    await until(() => book.orders().filter(({ outcome }) => outcome === 'done').length >= movesDone, {
      what: `${movesDone} moves to be done`,
      withinMs: DONE_WITHIN_MS,
    });
    end.abort();
    await commanding;
    await ledger.finish();
    await doors.close();
    const { toUnixMs, uncertainMs } = ledger.clock();
    const { motions, controls } = ledger.story;
    const seen = { motions, controls, strikes: mischief.strikes, drives: site.drives, toUnixMs };
    return {
      verdict: judge(motions, book, { ledgerToUnixMs: toUnixMs, allowanceMs: uncertainMs + HEARD_WITHIN_MS }),
      orders: book.orders(),
      strikes: mischief.strikes,
      commanders: sum(commanders.map(({ counts }) => counts)),
      killedBetweenTriggerAndAcknowledge: killsThat(seen, isBetweenTriggerAndAcknowledge),
      killedInMotion: killsThat(seen, isInMotion),
      clockUncertainMs: uncertainMs,
      ledgerToUnixMs: toUnixMs,
      motions,
    };
  } finally {
    await site.close();
  }
}

interface Seen {
  readonly motions: readonly Motion[];
  readonly controls: readonly ControlWrite[];
  readonly strikes: readonly Strike[];
  readonly drives: readonly SiteDrive[];
  readonly toUnixMs: number;
}

/** Kills of device processes that found one of their drives so. */
function killsThat(seen: Seen, isSo: (drive: string, killedAtMs: number, seen: Seen) => boolean): number {
  const found = seen.strikes.filter(({ deed, part, atUnixMs }) => {
    const drives = seen.drives.filter(({ line }) => line === part);
    return deed === 'kill' && drives.some(({ id }) => isSo(id, atUnixMs - seen.toUnixMs, seen));
  });
  return found.length;
}

const NEW_SETPOINT = 0x0010;

/** The last word that the dead process wrote was the edge: it never got as far as to lower it after the acknowledge. */
function isBetweenTriggerAndAcknowledge(drive: string, killedAtMs: number, { controls }: Seen): boolean {
  const last = controls.findLast((write) => write.drive === drive && write.atMs <= killedAtMs + HEARD_WITHIN_MS);
  return last !== undefined && (last.word & NEW_SETPOINT) !== 0;
}

function isInMotion(drive: string, killedAtMs: number, { motions }: Seen): boolean {
  const last = motions.findLast((motion) => motion.drive === drive && motion.atMs <= killedAtMs);
  return last !== undefined && last.kind !== 'stop';
}

function sum(all: readonly CommanderCounts[]): CommanderCounts {
  const total: CommanderCounts = { resent: 0, sentAfterDeadline: 0, sentAgainAfterRestart: 0, superseding: 0 };
  for (const counts of all)
    for (const key of Object.keys(total) as (keyof CommanderCounts)[]) total[key] += counts[key];
  return total;
}
