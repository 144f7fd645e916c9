import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { loadSite, type DriveConfig } from '../../config/index.ts';
import { createVirtualClock, seededRandom, type VirtualClock } from '../../drivers/base/index.ts';
import { simulatedLines } from '../../services/cli/simulated-lines.ts';
import type { DriveCommand, DriveCommandName } from '../../services/contracts/index.ts';
import { createLineHost, type LineHost } from '../../services/device/index.ts';
import { createMemoryBus } from '../../services/platform/bus/index.ts';
import { createLogger } from '../../services/platform/process/index.ts';
import { createVirtualSite, openMemoryDoor, type VirtualSite } from '../../simulator/index.ts';

// config/families.yaml in one process on virtual time: a line for each family, all of them moving at once.

const file = fileURLToPath(new URL('../../config/families.yaml', import.meta.url));
const STEP_MS = 10;
const TARGET = 40;

interface Fleet {
  readonly clock: VirtualClock;
  readonly simulator: VirtualSite;
  readonly drives: readonly DriveConfig[];
  readonly hosts: ReadonlyMap<string, LineHost>;
  readonly run: <Name extends DriveCommandName>(drive: string, name: Name, body: DriveCommand<Name>) => Promise<string>;
  readonly all: <T>(work: (drive: DriveConfig) => Promise<T>) => Promise<readonly T[]>;
  /** Where the shaft really is, in the axis's unit. */
  readonly shaft: (drive: DriveConfig) => number;
  readonly can: (drive: DriveConfig, command: string) => boolean;
}

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function fleet(): Promise<Fleet> {
  const site = await loadSite(file, {});
  const clock = createVirtualClock();
  const simulator = createVirtualSite({ lines: simulatedLines(site), clock });
  const broker = createMemoryBus();
  const logger = createLogger({ name: 'test', level: 'fatal' });
  const drives = [...site.drives.values()];
  const hosts = new Map(
    [...site.lines.values()].map((line) => {
      const host = createLineHost({
        site: { id: site.id, mqttRoot: 'kmotion' },
        line,
        drives: drives.filter((drive) => drive.line === line.id),
        openPort: openMemoryDoor(simulator.lines.get(line.id)!, clock),
        bus: broker.bus(line.id),
        clock,
        random: seededRandom(1),
        logger,
      });
      return [line.id, host] as const;
    }),
  );

  async function until<T>(promise: Promise<T>): Promise<T> {
    const state = { isPending: true };
    const settled = promise.finally(() => (state.isPending = false));
    settled.catch(() => undefined);
    for (let passedMs = 0; state.isPending && passedMs < 120_000; passedMs += STEP_MS) await clock.advance(STEP_MS);
    return settled;
  }
  const axisOf = (drive: string) => [...hosts.values()].find((host) => host.axes.has(drive))!.axes.get(drive)!;

  closers.push(async () => {
    await until(Promise.all([...hosts.values()].map((host) => host.close())));
    simulator.close();
  });
  const found: Fleet = {
    clock,
    simulator,
    drives,
    hosts,
    async run(drive, name, body) {
      const record = await axisOf(drive).submit(name, body);
      const { status, error } = await record.ended;
      return status === 'done' ? status : `${status}: ${error?.code} ${error?.detail}`;
    },
    all: (work) => until(Promise.all(drives.map((drive) => work(drive)))),
    shaft({ id, axis, profile }) {
      simulator.settle();
      const countsPerUnit = (axis.gearRatio * profile.countsPerRevolution) / axis.travelPerRevolution;
      return simulator.drives.get(id)!.plant().position / countsPerUnit;
    },
    can: ({ id }, command) => axisOf(id).view.capabilities().has(command),
  };
  for (let passedMs = 0; passedMs < 10_000; passedMs += 100) {
    await clock.advance(100);
    if ([...hosts.values()].every((host) => host.reasonsNotReady().length === 0)) return found;
  }
  throw new Error([...hosts.values()].flatMap((host) => host.reasonsNotReady()).join('; '));
}

/** What each needs before it goes to a position; gives what did not end well. */
async function prepare({ run, can }: Fleet, drive: DriveConfig): Promise<readonly string[]> {
  const { id, homing } = drive;
  if (can(drive, 'release')) await run(id, 'release', {});
  const enabled = can(drive, 'enable') ? await run(id, 'enable', {}) : 'done';
  const homed = homing === null ? 'done' : await run(id, 'home', {});
  return [enabled, homed].filter((end) => end !== 'done').map((end) => `${id} ${end}`);
}

test('one move command has the same physical result on every family that goes to positions, all at once', async () => {
  const site = await fleet();
  const trouble = await site.all((drive) => prepare(site, drive));
  const movers = site.drives.filter((drive) => site.can(drive, 'move-absolute'));

  const ends = await site.all(async (drive) =>
    movers.includes(drive) ? `${drive.id} ${await site.run(drive.id, 'move-absolute', { position: TARGET })}` : null,
  );
  const astray = movers.filter((drive) => Math.abs(site.shaft(drive) - TARGET) > drive.axis.tolerance);

  expect(trouble.flat()).toEqual([]);
  expect(movers.length).toBe(site.drives.length - 1);
  expect(ends.filter((end) => end !== null)).toEqual(movers.map(({ id }) => `${id} done`));
  expect(astray.map(({ id }) => id)).toEqual([]);
}, 60_000);

test('the motor without a position turns for the time it was told, and stands', async () => {
  const site = await fleet();
  const drive = site.drives.find(({ id }) => id === 'dfrobot')!;

  const [end] = await site
    .all(async ({ id }) =>
      id === drive.id ? site.run(id, 'move-velocity', { velocity: 5, maxDurationMs: 2000 }) : 'none',
    )
    .then((all) => all.filter((one) => one !== 'none'));

  expect(end).toBe('done');
  expect(site.simulator.drives.get('dfrobot')!.plant().velocity).toBe(0);
}, 60_000);
