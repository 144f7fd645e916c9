import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseSite, type Site } from '../../config/index.ts';
import { seededRandom, systemClock, systemRandom } from '../../drivers/base/index.ts';
import { simulatedLines } from '../../services/cli/simulated-lines.ts';
import { createLineHost, type LineHost } from '../../services/device/index.ts';
import { openPortOf } from '../../services/device/open-port.ts';
import { createMemoryBus } from '../../services/platform/bus/index.ts';
import { createLogger } from '../../services/platform/process/index.ts';
import { startSimulator, type Simulator, type VirtualLine } from '../../simulator/index.ts';

/** What this process holds: descriptors, and timers, handles and requests by kind. */
export interface Held {
  readonly descriptors: number;
  readonly resources: Readonly<Record<string, number>>;
}

export interface Replugged {
  /** From the return of the device to a fresh reading of an identified, configured drive. */
  readonly recoveredMs: readonly number[];
  readonly before: Held;
  readonly after: Held;
  /** Motions in the ledger. */
  readonly motions: number;
  /** Power cycles while unplugged, and how many of them left the axis homed. */
  readonly powerCycles: number;
  readonly stillHomed: number;
}

const LONGEST_ABSENCE_MS = 400;
/** Every so-manieth time the plug is pulled again before anything could be asked. */
const FLAPPING_EVERY = 7;
const POWER_CYCLE_EVERY = 5;
const GIVE_UP_MS = 10_000;

function siteIn(folder: string): Site {
  return parseSite(
    `site: replug
data: ${folder}
lines: { line: { simulated: { baudRate: 115200 } } }
drives:
  ram:
    line: line
    unit: 1
    profile: kpower-reference
    axis: { unit: mm, travelPerRevolution: 5, range: [-100, 100], maxVelocity: 100, maxAcceleration: 500 }
    homing: { method: 37, position: 0 }
`,
    { file: join(folder, 'site.yaml'), environment: {} },
  );
}

/** Pulls the plug of a real pseudo-terminal `cycles` times under a whole device host, with absences of 0 to 400 ms. */
export async function replug(cycles: number, told: (cycle: number) => void = () => undefined): Promise<Replugged> {
  const folder = mkdtempSync(join(tmpdir(), 'kmotion-replug-'));
  const logger = createLogger({ name: 'replug', level: 'fatal' });
  const site = siteIn(folder);
  const simulator = await startSimulator({
    lines: simulatedLines(site),
    control: { host: '127.0.0.1', port: 0 },
    logger,
  });
  const host = hostOf(site, logger);
  try {
    return await pullOften({ simulator, host, line: simulator.site.lines.get('line')! }, cycles, told);
  } finally {
    await host.close();
    await simulator.close();
    rmSync(folder, { recursive: true });
  }
}

function hostOf(site: Site, logger: ReturnType<typeof createLogger>): LineHost {
  const line = site.lines.get('line')!;
  return createLineHost({
    site: { id: site.id, mqttRoot: 'kmotion' },
    line,
    drives: [...site.drives.values()],
    openPort: openPortOf(line, systemClock),
    bus: createMemoryBus().bus('device'),
    clock: systemClock,
    random: systemRandom,
    logger,
  });
}

interface Workshop {
  readonly simulator: Simulator;
  readonly host: LineHost;
  readonly line: VirtualLine;
}

async function pullOften(at: Workshop, cycles: number, told: (cycle: number) => void): Promise<Replugged> {
  const random = seededRandom(7);
  const recoveredMs: number[] = [];
  let [powerCycles, stillHomed] = [0, 0];
  await isReady(at.host);
  await reference(at.host);
  const before = await held();
  for (let cycle = 1; cycle <= cycles; cycle++) {
    const losesPower = cycle % POWER_CYCLE_EVERY === 0;
    recoveredMs.push(
      await pull(at, { absentMs: random() * LONGEST_ABSENCE_MS, losesPower, flaps: cycle % FLAPPING_EVERY === 0 }),
    );
    if (losesPower) {
      powerCycles++;
      if (at.host.axes.get('ram')!.state().homed !== false) stillHomed++;
      await reference(at.host);
    }
    told(cycle);
  }
  at.simulator.site.settle();
  const motions = at.simulator.site.ledger.entries().filter(({ kind }) => kind !== 'frame').length;
  return { recoveredMs, before, after: await held(), motions, powerCycles, stillHomed };
}

interface Absence {
  readonly absentMs: number;
  readonly losesPower: boolean;
  readonly flaps: boolean;
}

/** One absence; gives how long after its end the drive was ready again. */
async function pull({ simulator, host, line }: Workshop, { absentMs, losesPower, flaps }: Absence): Promise<number> {
  line.addMishap({ kind: 'unplug' });
  if (losesPower) simulator.site.drives.get('ram')!.injectFault('reboot', { atMs: systemClock.nowMs() });
  if (flaps) line.clearMishaps();
  if (flaps) line.addMishap({ kind: 'unplug' });
  await until(() => host.line.state() === 'offline');
  await systemClock.sleep(absentMs);
  line.clearMishaps();
  const returnedMs = systemClock.nowMs();
  await isReady(host);
  return systemClock.nowMs() - returnedMs;
}

/** Tells the drive where it is, without a motion. */
async function reference(host: LineHost): Promise<void> {
  const axis = host.axes.get('ram')!;
  // answers that were cut short by the plug count against the line, which must be good again before it moves anything
  while (host.line.stats().quality !== 'good') await axis.kit.drive.fresh(1000);
  for (const command of ['release', 'enable'] as const) await (await axis.submit(command, {})).ended;
  await (
    await axis.submit('set-position', { position: 0 })
  ).ended;
  await (
    await axis.submit('disable', {})
  ).ended;
  if (axis.state().homed !== true) throw new Error(`not referenced: ${JSON.stringify(axis.state())}`);
}

const isReady = (host: LineHost): Promise<void> => until(() => host.reasonsNotReady().length === 0);

async function until(holds: () => boolean): Promise<void> {
  const endMs = systemClock.nowMs() + GIVE_UP_MS;
  while (!holds()) {
    if (systemClock.nowMs() > endMs) throw new Error(`not within ${GIVE_UP_MS} ms`);
    await systemClock.sleep(5);
  }
}

async function held(): Promise<Held> {
  // what was closed is gone from the loop's books one turn later
  await systemClock.sleep(50);
  const resources: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1;
  return { descriptors: readdirSync('/proc/self/fd').length, resources };
}
