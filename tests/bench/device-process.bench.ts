import { fork, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../drivers/base/index.ts';
import { buildPeer } from './build-peer.ts';
import { median, type Bench, type Figure } from './bench.ts';

// A device process as it is installed (dist, plain node) with one drive, with ten, and bare Node that only says that it
// is up: time from fork to its message, and memory after two seconds of work. In turn, in one run. The drives answer
// from a simulator process over Modbus TCP; the broker is there.

const ROUNDS = 7;
const WORK_MS = 2000;
const root = fileURLToPath(new URL('../../', import.meta.url));
const cli = join(root, 'dist/services/cli/main.js');

interface Life {
  readonly readyMs: number;
  /** Until every drive has been identified, configured and read. */
  readonly drivesReadyMs: number;
  readonly pssMb: number;
  readonly rssMb: number;
}

function build(): void {
  const built = spawnSync(process.execPath, ['services/cli/build-if-changed.mjs'], { cwd: root });
  if (built.status !== 0) throw new Error(`the command could not be built:\n${String(built.stderr)}`);
}

async function startPeer(name: string, args: readonly string[] = []): Promise<ChildProcess> {
  return fork(await buildPeer(name), args, { execArgv: [], stdio: ['pipe', 'pipe', 'inherit', 'ipc'] });
}

function siteFile(folder: string, place: string, drives: number): string {
  const axis =
    '{ unit: mm, travelPerRevolution: 5, range: [0, 400], maxVelocity: 50, maxAcceleration: 200, homingRequired: false }';
  const entries = Array.from(
    { length: drives },
    (_, index) =>
      `  drive-${index + 1}: { line: line, unit: ${index + 1}, profile: kpower-reference, acceptPlaceholder: true, axis: ${axis} }`,
  );
  const file = join(folder, `site-${drives}.yaml`);
  writeFileSync(
    file,
    `site: bench
auth: { open: a benchmark on loopback }
data: ${folder}
lines: { line: { tcp: '${place}' } }
drives:
${entries.join('\n')}
`,
  );
  return file;
}

/** Proportional and resident memory, from the kernel. */
function memoryOf(pid: number): { pssMb: number; rssMb: number } {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const megabytes = (key: string): number => Number(new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]) / 1024;
  return { pssMb: megabytes('Pss'), rssMb: megabytes('Rss') };
}

async function live(
  script: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Life> {
  const startMs = systemClock.nowMs();
  const child = fork(script, args, {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, ...environment },
  });
  const [said] = (await once(child, 'message')) as [{ url?: string }];
  const readyMs = systemClock.nowMs() - startMs;
  while (said.url !== undefined && (await fetch(`${said.url}/readyz`)).status !== 200) await systemClock.sleep(10);
  const drivesReadyMs = systemClock.nowMs() - startMs;
  await systemClock.sleep(WORK_MS);
  const memory = memoryOf(child.pid!);
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
  return { readyMs, drivesReadyMs, ...memory };
}

async function liveInTurn(folder: string): Promise<Record<'bare' | 'one' | 'ten', Life[]>> {
  const simulator = await startPeer('motion-simulator', ['1', '10', 'tcp']);
  const [place = ''] = ((await once(simulator, 'message')) as [string[]])[0];
  const broker = await startPeer('embedded-broker');
  const [line] = (await once(broker.stdout!, 'data')) as [Buffer];
  const environment = { KMOTION_MQTT_URL: line.toString().trim(), KMOTION_LOG: 'json' };
  const bare = join(folder, 'bare.mjs');
  writeFileSync(bare, "process.on('disconnect', () => process.exit(0)); process.send({});\n");
  const lives: Record<'bare' | 'one' | 'ten', Life[]> = { bare: [], one: [], ten: [] };
  for (let round = 0; round < ROUNDS; round++) {
    lives.bare.push(await live(bare, [], {}));
    lives.one.push(await live(cli, ['device', siteFile(folder, place, 1), '--line', 'line'], environment));
    lives.ten.push(await live(cli, ['device', siteFile(folder, place, 10), '--line', 'line'], environment));
  }
  simulator.disconnect();
  broker.stdin?.end();
  return lives;
}

async function run(): Promise<readonly Figure[]> {
  build();
  const folder = mkdtempSync(join(tmpdir(), 'kmotion-'));
  try {
    return figuresOf(await liveInTurn(folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function ratio(measure: string, values: readonly [number, number], atMost?: number): Figure {
  return { measure, value: values[0] / values[1], unit: 'ratio', ...(atMost === undefined ? {} : { atMost }) };
}

function figuresOf(lives: Record<'bare' | 'one' | 'ten', Life[]>): readonly Figure[] {
  const of = (who: 'bare' | 'one' | 'ten', what: keyof Life): number => median(lives[who].map((life) => life[what]));
  return [
    { measure: 'bare Node: fork to first message', value: of('bare', 'readyMs'), unit: 'ms' },
    { measure: 'one drive: fork to listening', value: of('one', 'readyMs'), unit: 'ms' },
    { measure: 'one drive: fork to drive ready', value: of('one', 'drivesReadyMs'), unit: 'ms' },
    { measure: 'ten drives: fork to all ready', value: of('ten', 'drivesReadyMs'), unit: 'ms' },
    {
      measure: 'bare Node: PSS',
      value: of('bare', 'pssMb'),
      unit: 'MB',
      note: `RSS ${of('bare', 'rssMb').toFixed(0)}`,
    },
    { measure: 'one drive: PSS', value: of('one', 'pssMb'), unit: 'MB', note: `RSS ${of('one', 'rssMb').toFixed(0)}` },
    { measure: 'ten drives: PSS', value: of('ten', 'pssMb'), unit: 'MB', note: `RSS ${of('ten', 'rssMb').toFixed(0)}` },
    ratio('start to listening: one drive / bare Node', [of('one', 'readyMs'), of('bare', 'readyMs')]),
    ratio('memory (PSS): one drive / bare Node', [of('one', 'pssMb'), of('bare', 'pssMb')]),
    ratio('start to listening: ten drives / one', [of('ten', 'readyMs'), of('one', 'readyMs')], 1.3),
    ratio('memory (PSS): ten drives / one', [of('ten', 'pssMb'), of('one', 'pssMb')], 1.3),
  ];
}

export const bench: Bench = {
  name: 'device-process',
  what: 'start and memory of one device process, beside bare Node, and of ten drives in one process beside one',
  run,
};
