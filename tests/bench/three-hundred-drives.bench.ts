import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import mqtt from 'mqtt';
import { systemClock } from '../../drivers/base/index.ts';
import { shippedProfile } from '../../drivers/profile/index.ts';
import type { FrameEntry, LedgerEntry } from '../../simulator/index.ts';
import { median, quantile, type Bench, type Figure } from './bench.ts';

const LINES = 10;
const DRIVES_A_LINE = 30;
const READY_WITHIN_MS = 300_000;
const WATCHED_MS = 10_000;
const KERNEL_TICKS_A_SECOND = 100;

const axis =
  '{ unit: mm, travelPerRevolution: 5, gearRatio: 10, range: [0, 400], maxVelocity: 50, maxAcceleration: 200, homingRequired: false }';
const numbers = (count: number): number[] => Array.from({ length: count }, (_none, index) => index);
const driveName = (line: number, index: number): string => `axis-${line}-${index}`;

/** Ten lines of thirty drives, a group a line, on free ports, as a person would write it. */
function siteText(): string {
  const lines = numbers(LINES).map((line) => `  line-${line}: { simulated: { baudRate: 115200 } }`);
  const drives = numbers(LINES).flatMap((line) =>
    numbers(DRIVES_A_LINE).map(
      (index) =>
        `  ${driveName(line, index)}: { line: line-${line}, unit: ${index + 1}, profile: kpower-reference, axis: ${axis} }`,
    ),
  );
  const groups = numbers(LINES).map((line) => {
    const members = numbers(DRIVES_A_LINE).map((index) => driveName(line, index));
    return `  group-${line}: { drives: [${members.join(', ')}], maxStartSkewMs: 2000 }`;
  });
  const head = ['site: large', 'http: { port: 0 }', 'mqtt: { url: embedded, port: 0 }', 'data: ./data'];
  return [...head, 'lines:', ...lines, 'drives:', ...drives, 'groups:', ...groups, ''].join('\n');
}

interface Running {
  readonly url: string;
  readonly brokerUrl: string;
  readonly readyAfterMs: number;
  readonly supervisor: ChildProcess;
}

/** The built command, as a person starts it: its processes, its ports, its own word for being ready. */
async function startSite(file: string): Promise<Running> {
  const beganMs = systemClock.nowMs();
  const supervisor = spawn(process.execPath, ['dist/services/cli/main.js', 'up', file, '--json'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const giveUp = systemClock.after(READY_WITHIN_MS, () => supervisor.kill('SIGINT'));
  for await (const line of createInterface({ input: supervisor.stdout })) {
    const told = JSON.parse(line) as { event?: string; url?: string; brokerUrl?: string };
    if (told.event !== 'ready') continue;
    giveUp();
    const { url = '', brokerUrl = '' } = told;
    supervisor.stdout.resume();
    return { url, brokerUrl, supervisor, readyAfterMs: systemClock.nowMs() - beganMs };
  }
  throw new Error(`the site was not ready within ${READY_WITHIN_MS / 1000} s`);
}

interface Use {
  readonly cpuS: number;
  readonly memoryMB: number;
}

/** Of the supervisor and every process under it (proc(5): fields 14 and 15 are ticks, VmRSS is kB). */
function useOf(supervisor: ChildProcess): Use {
  const children = (pid: number): number[] => {
    const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' });
    const own = stdout
      .split('\n')
      .map(Number)
      .filter((child) => child > 0);
    return own.flatMap((child) => [child, ...children(child)]);
  };
  const processes = [supervisor.pid ?? 0, ...children(supervisor.pid ?? 0)];
  let [ticks, kilobytes] = [0, 0];
  for (const pid of processes) {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    ticks += Number(fields[11]) + Number(fields[12]);
    kilobytes += Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  }
  return { cpuS: ticks / KERNEL_TICKS_A_SECOND, memoryMB: kilobytes / 1000 };
}

const post = (url: string, body: object = {}): Promise<Response> =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

async function timed(act: () => Promise<Response>): Promise<number> {
  const beganMs = systemClock.nowMs();
  const response = await act();
  await response.text();
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}`);
  return systemClock.nowMs() - beganMs;
}

interface Stream {
  /** From the question to the drive to the client of the orchestrator's stream. */
  readonly lagMs: number[];
  cutOff: number;
}

/** What the page does: listens to every drive's state, and begins anew when it is cut off because it was too slow. */
async function listen(url: string, heard: Stream, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await hear(await fetch(`${url}/v1/stream?topics=drives`, { signal }), heard);
    } catch (error) {
      if (!signal.aborted && !(error instanceof Error)) throw error;
    }
    if (!signal.aborted) heard.cutOff += 1;
  }
}

async function hear({ body }: Response, { lagMs }: Stream): Promise<void> {
  if (body === null) return;
  for await (const line of createInterface({ input: Readable.fromWeb(body) })) {
    const sampledAt = /^data: {"drive".*"sampledAt":"([^"]+)"/.exec(line)?.[1];
    if (sampledAt !== undefined) lagMs.push(systemClock.unixMs() - Date.parse(sampledAt));
  }
}

interface Load {
  readonly stream: Stream;
  readonly messagesPerS: number;
  readonly cores: number;
  readonly commandMs: readonly number[];
  readonly siteMs: readonly number[];
}

/** For some seconds: what the broker carries, what the processes use, how long a command and a look at the site take. */
async function watch({ url, brokerUrl, supervisor }: Running): Promise<Load> {
  const client = await mqtt.connectAsync(brokerUrl);
  let messages = 0;
  client.on('message', () => (messages += 1));
  await client.subscribeAsync('#');
  const listening = new AbortController();
  const stream: Stream = { lagMs: [], cutOff: 0 };
  const listened = listen(url, stream, listening.signal);
  await systemClock.sleep(1000);
  messages = 0;
  stream.lagMs.length = 0;
  const before = useOf(supervisor);
  const beganMs = systemClock.nowMs();
  const [commandMs, siteMs]: [number[], number[]] = [[], []];
  while (systemClock.nowMs() - beganMs < WATCHED_MS) {
    const drive = driveName(commandMs.length % LINES, commandMs.length % DRIVES_A_LINE);
    commandMs.push(await timed(() => post(`${url}/v1/drives/${drive}/commands/set-override`, { velocityFactor: 1 })));
    siteMs.push(await timed(() => fetch(`${url}/v1/site`)));
    await systemClock.sleep(50);
  }
  const passedS = (systemClock.nowMs() - beganMs) / 1000;
  const after = useOf(supervisor);
  await client.endAsync();
  listening.abort();
  await listened;
  return { stream, messagesPerS: messages / passedS, cores: (after.cpuS - before.cpuS) / passedS, commandMs, siteMs };
}

/** Drives at rest say nothing for half a minute. */
function lagFigures(when: string, { lagMs }: Stream): Figure[] {
  if (lagMs.length === 0) return [];
  return [
    { measure: `${when}: stream, from the reading to the client, p50`, value: median(lagMs), unit: 'ms' },
    { measure: `${when}: stream, the same, p99`, value: quantile(lagMs, 0.99), unit: 'ms' },
  ];
}

const figuresOf = (when: string, { messagesPerS, cores, commandMs, siteMs, stream }: Load): Figure[] => [
  { measure: `${when}: messages the broker delivers to one who hears all`, value: messagesPerS, unit: '1/s' },
  { measure: `${when}: processors in use`, value: cores, unit: '' },
  { measure: `${when}: a command until it is accepted, p50`, value: median(commandMs), unit: 'ms' },
  { measure: `${when}: a command until it is accepted, p99`, value: quantile(commandMs, 0.99), unit: 'ms' },
  { measure: `${when}: GET /v1/site, p50`, value: median(siteMs), unit: 'ms' },
  { measure: `${when}: GET /v1/site, p99`, value: quantile(siteMs, 0.99), unit: 'ms' },
  { measure: `${when}: stream, states heard`, value: stream.lagMs.length, unit: '' },
  ...lagFigures(when, stream),
  { measure: `${when}: stream, times cut off`, value: stream.cutOff, unit: '', atMost: 0 },
];

/** Every axis on its way for longer than it is watched: 350 mm at 5 mm/s. */
async function moveAll({ url }: Running): Promise<readonly string[]> {
  const groups = numbers(LINES).map((line) => `${url}/v1/groups/group-${line}/commands`);
  const waiting = { method: 'POST', headers: { 'content-type': 'application/json', prefer: 'wait=60' } };
  const enabled = await Promise.all(groups.map((group) => fetch(`${group}/enable`, { ...waiting, body: '{}' })));
  const ends = await Promise.all(enabled.map(async (answer) => (await answer.json()) as { status: string }));
  const drives = numbers(LINES).flatMap((line) => numbers(DRIVES_A_LINE).map((index) => driveName(line, index)));
  const body = { position: 350, velocity: 5, ttlMs: 30_000 };
  await Promise.all(drives.map((drive) => post(`${url}/v1/drives/${drive}/commands/move-absolute`, body)));
  return ends.map(({ status }) => status);
}

const CONTROLWORD = shippedProfile('kpower-reference').registers.controlword?.address;
const QUICK_STOP_BIT = 0x04;

interface Page {
  readonly nowMs: number;
  readonly latest: number;
  readonly entries: readonly LedgerEntry[];
}

interface Stopped {
  /** The last axis that was reached by any frame that stops it, and by its own. */
  readonly reachedMs: number;
  readonly ownFrameMs: number;
  readonly confirmedMs: number;
  readonly answeredMs: number;
  readonly confirmed: number;
}

async function stopEverything({ url, brokerUrl }: Running): Promise<Stopped> {
  const { simulator } = (await (await fetch(`${url}/v1/site`)).json()) as { simulator: string };
  const ledger = async (since: number): Promise<Page> =>
    (await (await fetch(`${simulator}/v1/ledger?since=${since}`)).json()) as Page;
  const client = await mqtt.connectAsync(brokerUrl);
  const confirmedMs: number[] = [];
  client.on('message', () => confirmedMs.push(systemClock.nowMs()));
  await client.subscribeAsync('kmotion/drives/+/event/stop-confirmed');
  const askedMs = systemClock.nowMs();
  const { nowMs, latest } = await ledger(Number.MAX_SAFE_INTEGER);
  const beganMs = systemClock.nowMs();
  const ledgerBeganMs = nowMs + (beganMs - askedMs) / 2;
  const report = (await (await post(`${url}/v1/stop`)).json()) as { confirmed: string[] };
  const answeredMs = systemClock.nowMs() - beganMs;
  const { entries } = await ledger(latest);
  await client.endAsync();
  const stops = entries.filter((entry): entry is FrameEntry => entry.kind === 'frame' && isStop(entry));
  const lastOf = (frames: readonly FrameEntry[]): number => {
    const first = new Map<string, number>();
    for (const { drive, atMs } of frames) if (!first.has(drive)) first.set(drive, atMs);
    return Math.max(...first.values()) - ledgerBeganMs;
  };
  return {
    reachedMs: lastOf(stops),
    ownFrameMs: lastOf(stops.filter(({ unit }) => unit !== 0)),
    confirmedMs: Math.max(...confirmedMs) - beganMs,
    answeredMs,
    confirmed: report.confirmed.length,
  };
}

const isStop = ({ address, values }: FrameEntry): boolean =>
  address === CONTROLWORD && ((values?.[0] ?? QUICK_STOP_BIT) & QUICK_STOP_BIT) === 0;

async function measure(site: Running): Promise<Figure[]> {
  const started = useOf(site.supervisor);
  const resting = await watch(site);
  const enabled = await moveAll(site);
  const moving = await watch(site);
  const states = (await (await fetch(`${site.url}/v1/groups`)).json()) as { members: { state: string }[] }[];
  const inMotion = states.flatMap(({ members }) => members).filter(({ state }) => state === 'discreteMotion').length;
  const stop = await stopEverything(site);
  const drives = LINES * DRIVES_A_LINE;
  return [
    { measure: `${drives} drives on ${LINES} lines: from start to ready`, value: site.readyAfterMs / 1000, unit: 's' },
    { measure: 'processor time until then, all processes', value: started.cpuS, unit: 's' },
    { measure: 'memory then, all processes', value: started.memoryMB, unit: 'MB' },
    ...figuresOf('at rest', resting),
    {
      measure: 'groups of thirty enabled by one command each',
      value: enabled.filter((status) => status === 'done').length,
      unit: '',
      atLeast: LINES,
    },
    { measure: 'axes in motion', value: inMotion, unit: '', atLeast: drives },
    ...figuresOf('all moving', moving),
    { measure: 'stop-all of all moving: to the last axis reached', value: stop.reachedMs, unit: 'ms' },
    { measure: "stop-all: to the last axis's own stop frame", value: stop.ownFrameMs, unit: 'ms' },
    { measure: 'stop-all: to the last proof, 250 ms of it the ramp', value: stop.confirmedMs, unit: 'ms' },
    { measure: 'stop-all: to the answer', value: stop.answeredMs, unit: 'ms' },
    { measure: 'axes seen at rest in that answer', value: stop.confirmed, unit: '', atLeast: drives },
  ];
}

export const bench: Bench = {
  name: 'three-hundred-drives',
  what: '300 simulated drives on 10 lines in one site, started as a person does (needs npm run build)',
  needs: ['ps'],
  async run() {
    const folder = await mkdtemp(join(tmpdir(), 'kmotion-large-'));
    const file = join(folder, 'site.yaml');
    await writeFile(file, siteText());
    const site = await startSite(file);
    try {
      return await measure(site);
    } finally {
      const ended = new Promise((resolve) => site.supervisor.once('exit', resolve));
      site.supervisor.kill('SIGINT');
      await ended;
      await rm(folder, { recursive: true, force: true });
    }
  },
};
