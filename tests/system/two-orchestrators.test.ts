import { afterAll, beforeAll, expect, test } from 'vitest';
import { seededRandom, systemClock } from '../../drivers/base/index.ts';
import type { SiteMessage } from '../../services/contracts/index.ts';
import { shippedProfile } from '../../drivers/profile/index.ts';
import type { FrameEntry, MotionEntry } from '../../simulator/index.ts';
import type { LedgerEntry } from '../../simulator/ledger.ts';
import type { PartProcess } from '../support/storm/part-process.ts';
import { startProcessSite, type ProcessSite } from '../support/storm/process-site.ts';
import { until } from '../support/storm/until.ts';

// Two orchestrators as processes, a device process for each of two lines, a real Mosquitto. The active one is killed, paused
// or taken over at a random moment of a move, and the simulator's ledger is the witness.

const ROUNDS = 20;
const DEEDS = ['kill', 'pause', 'command'] as const;
/** What was committed before a take-over by command starts within the lead of a common start. */
const COMMITTED_MS = 400;

interface Half {
  readonly process: PartProcess;
  readonly url: string;
}

let site: ProcessSite;
let halves: readonly [Half, Half];
beforeAll(async () => {
  site = await startProcessSite({ lines: 2, drivesPerLine: 2, orchestrators: 2 });
  halves = [{ process: site.orchestrator, url: site.orchestratorUrl }, site.second!];
}, 180_000);
afterAll(() => site.close(), 60_000);

async function ask(url: string, method: string, body?: unknown): Promise<{ status: number; body: unknown } | null> {
  try {
    const signal = AbortSignal.timeout(15_000);
    const given = body === undefined ? {} : { headers: JSON_AND_WAIT, body: JSON.stringify(body) };
    const response = await fetch(url, { method, signal, ...given });
    return { status: response.status, body: await response.json() };
  } catch {
    return null;
  }
}
const JSON_AND_WAIT = { 'content-type': 'application/json', prefer: 'wait=12' };
const group = (half: Half, command: string, body: object = {}): ReturnType<typeof ask> =>
  ask(`${half.url}/v1/groups/all/commands/${command}`, 'POST', body);
const roleOf = async ({ url }: Half): Promise<string> => {
  const answer = await ask(`${url}/v1/site`, 'GET');
  return (answer?.body as SiteMessage | undefined)?.orchestrator?.role ?? 'silent';
};
const targets = (position: number): object => ({
  targets: Object.fromEntries(site.drives.map(({ id }) => [id, position])),
});

let seen = 0;
/** What the shafts did since this was asked last, and the ledger's own time now. */
async function ledger(): Promise<Seen> {
  const response = await fetch(`${site.simulatorUrl}/v1/ledger?since=${seen}`);
  const page = (await response.json()) as { nowMs: number; latest: number; entries: LedgerEntry[] };
  expect(page.entries.length, 'the ledger has lost nothing').toBe(page.latest - seen);
  seen = page.latest;
  const motions = page.entries.filter((entry): entry is MotionEntry => entry.kind !== 'frame');
  for (const entry of page.entries) if (entry.kind === 'frame' && isStopFrame(entry)) stops.add(entry.seq);
  return { nowMs: page.nowMs, motions };
}
interface Seen {
  readonly nowMs: number;
  readonly motions: readonly MotionEntry[];
}
/** Frames that make a drive brake: a stop is taken from anybody. */
const stops = new Set<number>();
const CONTROLWORD = shippedProfile('kpower-reference').registers.controlword?.address;
const QUICK_STOP_BIT = 0x04;
const isStopFrame = ({ address, values }: FrameEntry): boolean =>
  address === CONTROLWORD && ((values?.[0] ?? QUICK_STOP_BIT) & QUICK_STOP_BIT) === 0;
/** A shaft begins to turn, or gets another course than to come to rest. */
const begins = ({ kind, cause }: MotionEntry): boolean =>
  kind === 'start' || (kind === 'change' && !(cause.by === 'frame' && stops.has(cause.frame)));

async function active(): Promise<{ readonly first: Half; readonly standby: Half }> {
  let roles: string[] = [];
  const isOne = async (): Promise<boolean> => {
    roles = await Promise.all(halves.map(roleOf));
    return roles.toSorted().join() === 'active,standby';
  };
  await until(isOne, { what: 'one to be active and one to stand by', withinMs: 30_000 }).catch((error: unknown) => {
    throw new Error(`${String(error)}: ${roles.join()}`, { cause: error });
  });
  const [one, two] = halves;
  return roles[0] === 'active' ? { first: one, standby: two } : { first: two, standby: one };
}

async function takeAway(deed: (typeof DEEDS)[number], first: Half, standby: Half): Promise<void> {
  if (deed === 'kill') await first.process.kill();
  else if (deed === 'pause') first.process.signal('SIGSTOP');
  else await ask(`${standby.url}/v1/orchestrator/take-over`, 'POST', {});
}

async function bringBack(deed: (typeof DEEDS)[number], first: Half): Promise<void> {
  if (deed === 'kill') await first.process.start();
  if (deed === 'pause') first.process.signal('SIGCONT');
}

test(`${ROUNDS} times the active one is killed, paused or taken over during moves: after it no motion is its own`, async () => {
  const random = seededRandom(5);
  const takenAfterMs: Record<string, number[]> = { kill: [], pause: [], command: [] };
  const ends: Record<string, number> = {};
  for (let round = 0; round < ROUNDS; round++) {
    const deed = DEEDS[round % DEEDS.length]!;
    const { first, standby } = await active();
    for (const command of ['reset', 'release', 'enable']) await group(first, command);
    await ledger();
    const target = round % 2 === 0 ? 300 : 60;
    void group(first, 'move', targets(target));
    await systemClock.sleep(random() * 1500);
    const lostAtMs = systemClock.nowMs();
    await takeAway(deed, first, standby);
    await until(async () => (await roleOf(standby)) === 'active', {
      what: 'the standby to take over',
      withinMs: 15_000,
    });
    takenAfterMs[deed]!.push(systemClock.nowMs() - lostAtMs);
    const taken = await ledger();

    // what waits at the door of one that is paused is the first that it finds when it comes back
    const late = [group(first, 'move', targets(150)), ...site.drives.map(({ id }) => moveAlone(first, id))];
    await bringBack(deed, first);
    const answers = await Promise.all(late);
    // it could act of its own until it knows that it leads no more
    await until(async () => (await roleOf(first)) === 'standby', { what: 'the first to stand by', withinMs: 15_000 });
    await until(async () => (await Promise.all(site.drives.map(({ id }) => isAtRest(standby, id)))).every(Boolean), {
      what: 'all to rest',
      withinMs: 20_000,
    });
    const after = await ledger();

    const own = after.motions
      .filter(begins)
      .filter(({ atMs }) => atMs > taken.nowMs + (deed === 'command' ? COMMITTED_MS : 0));
    expect(own, `round ${round}: motions of ${first.process.name} after it was lost by ${deed}`).toEqual([]);
    const begun = [...taken.motions, ...after.motions].filter(({ kind }) => kind === 'start').map(({ drive }) => drive);
    expect(new Set(begun).size, `round ${round}: nobody starts twice`).toBe(begun.length);
    for (const answer of answers) expect(answer === null || answer.status === 409 || isFailed(answer.body)).toBe(true);
    const positions = await Promise.all(site.drives.map(({ id }) => positionOf(standby, id)));
    const there = positions.filter((position) => Math.abs(position - target) < 0.5).length;
    const end = begun.length === 0 ? 'none moved' : there === positions.length ? 'arrived' : 'not all arrived';
    ends[end] = (ends[end] ?? 0) + 1;
    expect((await ask(`${first.url}/v1/stop`, 'POST', {}))?.body, 'a stop through the standby').toMatchObject({
      allConfirmed: true,
    });
  }
  for (const [deed, times] of Object.entries(takenAfterMs)) {
    const sorted = times.toSorted((a, b) => a - b);
    const [least = 0, middle = 0, most = 0] = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
    process.stdout.write(
      `  ${deed}: taken over ${times.length} times after ${least.toFixed(0)} to ${most.toFixed(0)} ms, p50 ${middle.toFixed(0)} ms\n`,
    );
  }
  process.stdout.write(`  the moves: ${JSON.stringify(ends)}\n`);
}, 900_000);

const moveAlone = (half: Half, drive: string): ReturnType<typeof ask> =>
  ask(`${half.url}/v1/drives/${drive}/commands/move-absolute`, 'POST', { position: 200 });
const isFailed = (body: unknown): boolean => /failed|aborted|refused/.test(JSON.stringify(body));

interface Shown {
  readonly moving: boolean | null;
  readonly position: number | null;
}
const stateOf = async ({ url }: Half, drive: string): Promise<Shown | null> =>
  ((await ask(`${url}/v1/drives/${drive}/state`, 'GET'))?.body ?? null) as Shown | null;
const isAtRest = async (half: Half, drive: string): Promise<boolean> => (await stateOf(half, drive))?.moving === false;
const positionOf = async (half: Half, drive: string): Promise<number> =>
  (await stateOf(half, drive))?.position ?? Number.NaN;
