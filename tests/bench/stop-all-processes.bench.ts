import { seededRandom, systemClock } from '../../drivers/base/index.ts';
import { shippedProfile } from '../../drivers/profile/index.ts';
import type { StopReport } from '../../services/contracts/index.ts';
import type { FrameEntry } from '../../simulator/index.ts';
import type { LedgerEntry } from '../../simulator/ledger.ts';
import { startProcessSite, type ProcessSite } from '../support/storm/process-site.ts';
import { until } from '../support/storm/until.ts';
import { median, quantile, type Bench, type Figure } from './bench.ts';
import { buildCommand } from './build-command.ts';

// POST /v1/stop on 32 axes on four lines, each with a device process of its own, beside a real Mosquitto: from the request to
// the last frame that stops an axis, as the simulator's ledger has it, and to the answer. Everything on one machine, so
// that the figures hold for it: the drives, their lines and the broker share its processors with what is measured.

const LINES = 4;
const DRIVES_PER_LINE = 8;
const AXES = LINES * DRIVES_PER_LINE;
const ROUNDS = Number(process.env['STOP_ROUNDS'] ?? 20);
const CONTROLWORD = shippedProfile('kpower-reference').registers.controlword?.address;
const QUICK_STOP_BIT = 0x04;

interface Case {
  readonly name: string;
  readonly moving?: true;
  readonly broker?: 'killed';
  /** Drives that answer nothing, the same number on each line. */
  readonly deadDrives?: number;
  /** Of the device processes, the first so many are killed. */
  readonly deadProcesses?: number;
}

const CASES: readonly Case[] = [
  { name: 'idle' },
  { name: 'all moving, polled flat out', moving: true },
  { name: 'all moving, the broker killed', moving: true, broker: 'killed' },
  { name: 'all others moving, 8 of 32 drives dead', moving: true, deadDrives: 8 },
  { name: 'all moving, 2 of 4 device processes killed', moving: true, deadProcesses: 2 },
];

interface Round {
  /** The last axis of a living process that was reached by any frame that stops it. */
  readonly reachedMs: number;
  readonly answeredMs: number;
  readonly report: StopReport;
}

export const bench: Bench = {
  name: 'stop-all-processes',
  what: `stop of ${AXES} axes on ${LINES} device processes, ${ROUNDS} times each: to the last stop frame and to the answer`,
  needs: ['mosquitto'],
  async run() {
    buildCommand();
    const poll = { idleMs: 10, movingMs: 10 };
    const site = await startProcessSite({ lines: LINES, drivesPerLine: DRIVES_PER_LINE, poll });
    try {
      const figures: Figure[] = [];
      for (const one of CASES) figures.push(...figuresOf(one, await measure(site, one)));
      return figures;
    } finally {
      await site.close();
    }
  },
};

async function measure(site: ProcessSite, one: Case): Promise<readonly Round[]> {
  const random = seededRandom(1);
  const rounds: Round[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await makeReady(site);
    if (one.deadDrives !== undefined) await killDrives(site, one.deadDrives);
    if (one.moving === true) await startMotion(site, round);
    await systemClock.sleep(500 + random() * 100);
    if (one.broker === 'killed') await site.broker.kill();
    const killed = [...site.devices.values()].slice(0, one.deadProcesses ?? 0);
    await Promise.all(killed.map((device) => device.kill()));
    rounds.push(await stopOnce(site, killed.length));
    if (one.broker === 'killed') await site.broker.start();
    await Promise.all(killed.map((device) => device.start()));
  }
  return rounds;
}

async function makeReady(site: ProcessSite): Promise<void> {
  for (const line of site.devices.keys()) {
    await fetch(`${site.simulatorUrl}/v1/lines/${line}/mishaps`, { method: 'DELETE' });
  }
  let shown = '';
  const isReady = async (): Promise<boolean> => {
    for (const command of ['reset', 'release', 'enable']) await post(site, `/v1/groups/all/commands/${command}`);
    const response = await fetch(`${site.orchestratorUrl}/v1/groups/all`);
    shown = await response.text();
    return shown.includes('"state":"groupStandby"');
  };
  // the next reset must not overtake what the last enable is still doing
  const patience = { what: 'all drives to be enabled', withinMs: 60_000, everyMs: 1000 };
  await until(isReady, patience).catch((error: unknown) => {
    throw new Error(`${String(error)}: ${shown}`, { cause: error });
  });
}

/** The first drives of each line answer nothing from now on; long enough for their services to know it. */
async function killDrives(site: ProcessSite, dead: number): Promise<void> {
  for (const line of site.devices.keys()) {
    for (let unit = 1; unit <= dead / LINES; unit++) {
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify({ kind: 'drop', rate: 1, unit });
      await fetch(`${site.simulatorUrl}/v1/lines/${line}/mishaps`, { method: 'POST', headers, body });
    }
  }
  await systemClock.sleep(3000);
}

async function startMotion(site: ProcessSite, round: number): Promise<void> {
  const position = round % 2 === 0 ? 380 : 20;
  await Promise.all(site.drives.map(({ id }) => post(site, `/v1/drives/${id}/commands/move-absolute`, { position })));
  await systemClock.sleep(700);
}

/** Group commands are waited for, as far as they go in that time. */
async function post(site: ProcessSite, path: string, body: object = {}): Promise<unknown> {
  const headers = { 'content-type': 'application/json', ...(path.startsWith('/v1/groups') && { prefer: 'wait=10' }) };
  const response = await fetch(site.orchestratorUrl + path, { method: 'POST', headers, body: JSON.stringify(body) });
  return response.json();
}

interface Page {
  readonly nowMs: number;
  readonly latest: number;
  readonly entries: readonly LedgerEntry[];
}

const ledger = async (site: ProcessSite, since: number): Promise<Page> =>
  (await (await fetch(`${site.simulatorUrl}/v1/ledger?since=${since}`)).json()) as Page;

async function stopOnce(site: ProcessSite, killed: number): Promise<Round> {
  // the page that is nearest to the request says what time the ledger has then
  const { latest } = await ledger(site, Number.MAX_SAFE_INTEGER);
  const askedMs = systemClock.nowMs();
  const { nowMs } = await ledger(site, Number.MAX_SAFE_INTEGER);
  const beganMs = systemClock.nowMs();
  const ledgerToOwnMs = (askedMs + beganMs) / 2 - nowMs;
  const report = (await post(site, '/v1/stop')) as StopReport;
  const answeredMs = systemClock.nowMs() - beganMs;
  const { entries } = await ledger(site, latest);
  const stops = entries.filter((entry): entry is FrameEntry => entry.kind === 'frame' && isStop(entry));
  const first = new Map<string, number>();
  const dead = [...site.devices.keys()].slice(0, killed);
  for (const { drive, line, atMs } of stops) if (!dead.includes(line) && !first.has(drive)) first.set(drive, atMs);
  return { reachedMs: Math.max(...first.values()) + ledgerToOwnMs - beganMs, answeredMs, report };
}

const isStop = ({ address, values }: FrameEntry): boolean =>
  address === CONTROLWORD && ((values?.[0] ?? QUICK_STOP_BIT) & QUICK_STOP_BIT) === 0;

function figuresOf({ name, deadDrives = 0, deadProcesses = 0 }: Case, rounds: readonly Round[]): Figure[] {
  const figure = (what: string, values: readonly number[], atMost?: number): Figure => ({
    measure: `${name}: ${what}, p50`,
    value: median(values),
    unit: 'ms',
    note: `p99 ${quantile(values, 0.99).toFixed(1)}`,
    ...(atMost !== undefined && { atMost }),
  });
  const reached = rounds.map(({ reachedMs }) => reachedMs);
  const answered = rounds.map(({ answeredMs }) => answeredMs);
  return [
    figure('to the last axis reached', reached, 100),
    figure('to the answer', answered, 1000),
    {
      measure: `${name}: axes confirmed, least of all rounds`,
      value: Math.min(...rounds.map(({ report }) => report.confirmed.length)),
      unit: '',
      atLeast: AXES - deadDrives - deadProcesses * DRIVES_PER_LINE,
    },
  ];
}
