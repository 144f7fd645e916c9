import { seededRandom, systemClock, type Random } from '../../../drivers/base/index.ts';
import { openDoors, type Doors } from '../storm/doors.ts';
import { LedgerFollower } from '../storm/ledger-follower.ts';
import type { Motion } from '../storm/motion-story.ts';
import { makeReady } from '../storm/preparation.ts';
import { SITE_DRIVE, startProcessSite, type ProcessSite, type SiteDrive } from '../storm/process-site.ts';
import { until } from '../storm/until.ts';
import { cutNetwork, deadBroker, killedClient, killedDeviceProcess, type Abandonment } from './abandonment.ts';
import { acceptanceOf, type Acceptance, type JogPlan, type Renewal } from './jogging.ts';
import { lastSetPoint, travelOf, type Travel } from './travel.ts';

/** One jog that was abandoned. */
export interface AbandonedJog extends Travel {
  readonly kind: string;
  readonly plan: JogPlan;
  /** Whether its shaft began to move once more, when what was broken came back. */
  readonly movedAgain: boolean;
}

interface JogOptions {
  /** Of each kind at the least. */
  readonly jogsOfEachKind: number;
  readonly lines: number;
  readonly drivesPerLine: number;
  readonly seed: number;
  /** Ends it early. */
  readonly signal?: AbortSignal;
  readonly told?: (jogs: readonly AbandonedJog[]) => void;
}

const VELOCITY_MM_PER_S = { least: 10, most: 60 };
const TTL_MS = { least: 400, most: 1000 };
const EVERY_SHARE = { least: 0.4, most: 0.7 };
const HELD_MS = { least: 600, most: 2200 };
const REST_WITHIN_MS = 30_000;
/** A renewal older than the longest time to live is too late for sure. */
const MENDED_AFTER_MS = TTL_MS.most + 200;
/** What a mended network or broker still delivers comes within that time; where it must not move there is no fact to wait for. */
const LOOKED_AT_MS = 500;

/** Jogs all drives of a site of real processes, takes away whoever held them, and measures in the ledger how far they went. */
export async function abandonJogs(options: JogOptions): Promise<readonly AbandonedJog[]> {
  const site = await startProcessSite(options);
  const random = seededRandom(options.seed);
  const doors = await openDoors(site);
  const ledger = new LedgerFollower(site.simulatorUrl);
  ledger.start();
  const kinds = [killedClient(site), await cutNetwork(site), await deadBroker(site), killedDeviceProcess(site)];
  try {
    const jogs: AbandonedJog[] = [];
    const isMissing = ({ name }: Abandonment): boolean =>
      jogs.filter(({ kind }) => kind === name).length < options.jogsOfEachKind;
    while (kinds.some(isMissing) && options.signal?.aborted !== true) {
      for (const kind of kinds.filter(isMissing)) {
        jogs.push(...(await oneRound({ site, doors, ledger, random, kind })));
        options.told?.(jogs);
      }
    }
    return jogs;
  } finally {
    for (const kind of kinds) await kind.close();
    await ledger.finish();
    await doors.close();
    await site.close();
  }
}

interface Round {
  readonly site: ProcessSite;
  readonly doors: Doors;
  readonly ledger: LedgerFollower;
  readonly random: Random;
  readonly kind: Abandonment;
}

/** All drives at once. */
async function oneRound(round: Round): Promise<readonly AbandonedJog[]> {
  const { site, ledger, random, kind } = round;
  const plans = await Promise.all(site.drives.map((drive) => planFor(drive, round)));
  await ledger.read();
  const from = ledger.story.motions.length;
  const motionsOf = (drive: string): readonly Motion[] =>
    ledger.story.motions.slice(from).filter((motion) => motion.drive === drive);
  const renewals = await kind.abandon(plans, between(HELD_MS, random));
  const mayMendMs = systemClock.nowMs() + MENDED_AFTER_MS;
  await atRest(round, motionsOf);
  const rested = new Map(plans.map(({ drive }) => [drive, motionsOf(drive)]));
  const accepted = await Promise.all(
    plans.map((plan) => lastAccepted(plan, { renewals, motions: rested.get(plan.drive) ?? [] }, round)),
  );
  await systemClock.sleep(Math.max(0, mayMendMs - systemClock.nowMs()));
  await kind.mend();
  await systemClock.sleep(LOOKED_AT_MS);
  await ledger.read();
  return plans.flatMap((plan, index) => {
    const acceptance = accepted[index] ?? null;
    const motions = rested.get(plan.drive) ?? [];
    if (acceptance === null) return [];
    const travel = travelOf({ motions, accepted: acceptance, velocity: plan.velocity, clock: ledger.clock() });
    const movedAgain = motionsOf(plan.drive).length > motions.length;
    return travel === null ? [] : [{ kind: kind.name, plan, movedAgain, ...travel }];
  });
}

/** Towards the farther end of its range. */
async function planFor(drive: SiteDrive, { site, doors, random }: Round): Promise<JogPlan> {
  const { position } = await makeReady(drive, doors, random);
  const [low, high] = SITE_DRIVE.rangeMm;
  const way = (position ?? 0) < (low + high) / 2 ? 1 : -1;
  const ttlMs = Math.round(between(TTL_MS, random));
  return {
    drive: drive.id,
    url: site.deviceUrl(drive.line),
    velocity: way * Math.round(between(VELOCITY_MM_PER_S, random)),
    ttlMs,
    everyMs: Math.round(ttlMs * between(EVERY_SHARE, random)),
  };
}

const between = ({ least, most }: { readonly least: number; readonly most: number }, random: Random): number =>
  least + random() * (most - least);

async function atRest({ site, ledger }: Round, motionsOf: (drive: string) => readonly Motion[]): Promise<void> {
  const rests = ({ id }: SiteDrive): boolean => (motionsOf(id).at(-1)?.kind ?? 'stop') === 'stop';
  const isAtRest = async (): Promise<boolean> => {
    await ledger.read();
    return site.drives.every(rests);
  };
  await until(isAtRest, { what: 'all drives to rest', withinMs: REST_WITHIN_MS, everyMs: 200 });
}

/**
 * The device process knows it best; where it died, the client's answers tell, and a renewal that got none, but was followed
 * by a set-point in the drive, counts from the moment when it was sent.
 */
async function lastAccepted(
  plan: JogPlan,
  { renewals, motions }: { readonly renewals: readonly Renewal[]; readonly motions: readonly Motion[] },
  { site, doors, ledger }: Round,
): Promise<Acceptance | null> {
  const own = renewals.filter(({ drive }) => drive === plan.drive);
  const drive = site.drives.find(({ id }) => id === plan.drive);
  if (drive === undefined) return null;
  for (const { id } of own.toReversed()) {
    const resource = await doors.command(drive, id);
    if (resource === null) break;
    if (resource !== 'forgotten') return acceptanceOf(resource, plan.ttlMs);
  }
  const known = own.findLast(({ accepted }) => accepted !== null);
  if (known === undefined || known.accepted === null) return null;
  const unanswered = own.find(({ sentUnixMs }) => sentUnixMs > known.sentUnixMs);
  const lastSetPointMs = lastSetPoint(motions)?.atMs ?? -Infinity;
  const isObeyed = unanswered !== undefined && lastSetPointMs + ledger.clock().toUnixMs >= unanswered.sentUnixMs;
  return isObeyed ? { ...known.accepted, atUnixMs: unanswered.sentUnixMs } : known.accepted;
}
