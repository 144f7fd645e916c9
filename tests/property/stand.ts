import type { DriveConfig, LineConfig } from '../../config/index.ts';
import { createVirtualClock, seededRandom, type VirtualClock } from '../../drivers/base/index.ts';
import { decodeValue, wordsOf, type SignalName } from '../../drivers/profile/index.ts';
import type { OpenPort } from '../../drivers/transport/index.ts';
import type { AxisState, CommandResource, DriveCommand, DriveCommandName } from '../../services/contracts/index.ts';
import type { Axis } from '../../services/device/axis.ts';
import { createLineHost, type LineHost } from '../../services/device/index.ts';
import { createMemoryBus, type MemoryBroker } from '../../services/platform/bus/index.ts';
import { createLogger } from '../../services/platform/process/index.ts';
import {
  createVirtualSite,
  openMemoryDoor,
  type Mishap,
  type MotionEntry,
  type VirtualDrive,
  type VirtualSite,
} from '../../simulator/index.ts';
import { referenceProfile, spindle } from '../services/device/axis-bench.ts';

// Everything from the command to the shaft: axis, drive room and line engine of the device process on one simulated line.
// What leaves the port is written down with what the axis believed at that instant.

const COUNTS_PER_MM = 10_000;
const STEP_MS = 5;
const serial = { baudRate: 115_200, parity: 'none', stopBits: 1 } as const;
const LINE: LineConfig = { id: 'bench', way: { kind: 'serial', port: { path: '/dev/none' } }, serial, httpPort: 0 };

/** A request as it left, and what its axis said of itself then; `axis` is null for a broadcast. */
export interface Sent {
  readonly atMs: number;
  readonly unit: number;
  readonly isWrite: boolean;
  /** What was written, by signal. */
  readonly values: Partial<Record<SignalName, number>>;
  readonly state: AxisState | null;
}

export interface Stand {
  readonly clock: VirtualClock;
  readonly broker: MemoryBroker;
  readonly simulator: VirtualSite;
  readonly host: LineHost;
  readonly sent: Sent[];
  axis(drive?: string): Axis;
  machine(drive?: string): VirtualDrive;
  /** Shaft as it is now, mm and mm/s. */
  shaft(drive?: string): { readonly position: number; readonly velocity: number };
  motions(): readonly MotionEntry[];
  mishap(mishap: Mishap): void;
  heal(): void;
  run<Name extends DriveCommandName>(name: Name, body: DriveCommand<Name>, drive?: string): Promise<CommandResource>;
  until<T>(promise: Promise<T>, withinMs?: number): Promise<T>;
  reach(holds: () => boolean, withinMs?: number): Promise<void>;
  pass(durationMs: number): Promise<void>;
  /** The device process dies without a word. */
  kill(): Promise<void>;
  /** Another device process takes the line over. */
  restart(): Promise<void>;
}

interface StandOptions {
  readonly drives?: number;
  readonly seed?: number;
  readonly change?: Partial<DriveConfig>;
  /** Enabled at the beginning, which all are unless told. */
  readonly isEnabled?: boolean;
  /** Done on the simulator before the device process is there. */
  readonly before?: (simulator: VirtualSite, clock: VirtualClock) => Promise<void>;
}

export async function startStand(options: StandOptions = {}): Promise<Stand> {
  const { drives = 1, seed = 1, change = {}, isEnabled = true } = options;
  const configs = Array.from({ length: drives }, (_, index) => configOf(index + 1, change));
  const clock = createVirtualClock();
  const simulated = configs.map(({ id, unit, profile }) => ({ name: id, unit, profile, countsPerUnit: COUNTS_PER_MM }));
  const lines = [{ name: 'bench', serial, paced: true, drives: simulated }];
  const simulator = createVirtualSite({ clock, seed, lines });
  await options.before?.(simulator, clock);
  const wire = simulator.lines.get('bench')!;
  const broker = createMemoryBus();
  const sent: Sent[] = [];
  let life = 0;
  const stateOf = (unit: number): AxisState | null =>
    [...host.axes.values()].find(({ kit }) => kit.config.unit === unit)?.state().state ?? null;
  const open = openMemoryDoor(wire, clock);
  const openPort: OpenPort = async (listener) => {
    const port = await open(listener);
    return {
      name: port.name,
      close: () => port.close(),
      write(bytes) {
        sent.push(sentOf(bytes, clock.nowMs(), stateOf));
        port.write(bytes);
      },
    };
  };
  const newHost = (): LineHost => {
    const made = createLineHost({
      site: { id: 'stand', mqttRoot: 'kmotion' },
      line: LINE,
      drives: configs,
      openPort,
      bus: broker.bus(`device-${++life}`),
      clock,
      random: seededRandom(seed + life),
      logger: createLogger({ name: 'test', level: 'fatal' }),
    });
    made.announce('http://127.0.0.1:1/');
    return made;
  };
  let host = newHost();

  const stand: Stand = {
    clock,
    broker,
    simulator,
    sent,
    get host() {
      return host;
    },
    axis: (drive = 'axis-1') => host.axes.get(drive)!,
    machine: (drive = 'axis-1') => simulator.drives.get(drive)!,
    shaft(drive = 'axis-1') {
      simulator.settle();
      const { position, velocity } = stand.machine(drive).plant();
      return { position: position / COUNTS_PER_MM, velocity: velocity / COUNTS_PER_MM };
    },
    motions() {
      simulator.settle();
      return simulator.ledger.entries().filter((entry): entry is MotionEntry => entry.kind !== 'frame');
    },
    mishap: (mishap) => wire.addMishap(mishap),
    heal: () => wire.clearMishaps(),
    run: async (name, body, drive) =>
      stand.until(
        stand
          .axis(drive)
          .submit(name, body)
          .then(async (record) => record.ended),
      ),
    async until(promise, withinMs = 60_000) {
      const pending = { is: true };
      const settled = promise.finally(() => (pending.is = false));
      settled.catch(() => undefined);
      for (let passedMs = 0; pending.is && passedMs < withinMs; passedMs += STEP_MS) await clock.advance(STEP_MS);
      if (pending.is) throw new Error(`not settled within ${withinMs} ms`);
      return settled;
    },
    async reach(holds, withinMs = 30_000) {
      for (let passedMs = 0; !holds(); passedMs += STEP_MS) {
        if (passedMs > withinMs) throw new Error(`not reached within ${withinMs} ms`);
        await clock.advance(STEP_MS);
      }
    },
    pass: async (durationMs) => clock.advance(durationMs),
    async kill() {
      await host.line.close();
      for (const axis of host.axes.values()) await axis.close();
      broker.lose(`device-${life}`);
    },
    async restart() {
      host = newHost();
      await stand.reach(() => host.reasonsNotReady().length === 0);
    },
  };
  await stand.reach(() => host.reasonsNotReady().length === 0);
  for (const { id } of isEnabled ? configs : []) await stand.run('enable', {}, id);
  return stand;
}

function configOf(unit: number, change: Partial<DriveConfig>): DriveConfig {
  const axis = { ...spindle().axis, range: [-200, 200] as const, homingRequired: false };
  return spindle({ id: `axis-${unit}`, unit, axis, acceptPlaceholder: true, ...change });
}

const WRITE_ONE = 6;
const WRITE_MANY = 16;

/** Read as a drive would read it, with the table alone. */
function sentOf(bytes: Uint8Array, atMs: number, stateOf: (unit: number) => AxisState | null): Sent {
  const [unit = 0, functionCode = 0] = bytes;
  const word = (at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  const isWrite = functionCode === WRITE_ONE || functionCode === WRITE_MANY;
  const count = functionCode === WRITE_MANY ? word(4) : 1;
  const first = functionCode === WRITE_MANY ? 7 : 4;
  const words = Array.from({ length: isWrite ? count : 0 }, (_, index) => word(first + 2 * index));
  return { atMs, unit, isWrite, values: valuesOf(word(2), words), state: unit === 0 ? null : stateOf(unit) };
}

function valuesOf(address: number, words: readonly number[]): Sent['values'] {
  const { registers, wordOrder } = referenceProfile;
  const values: Sent['values'] = {};
  for (const [signal, register] of Object.entries(registers)) {
    const from = register.address - address;
    const own = words.slice(from, from + wordsOf(register.type));
    if (from >= 0 && own.length === wordsOf(register.type) && own.length > 0)
      values[signal as SignalName] = decodeValue(own, register, wordOrder);
  }
  return values;
}

const NEW_SETPOINT = 0x10;
const HALT = 0x100;

/** A frame that can start motion or change its course; parameters alone cannot, nor can taking power. */
export function startsMotion({ values }: Sent): boolean {
  const { controlword = 0, groupTrigger = 0, targetVelocity = 0 } = values;
  return (controlword & NEW_SETPOINT) !== 0 || groupTrigger !== 0 || targetVelocity !== 0;
}

const COMMAND_BITS = 0x0f;
const QUICK_STOP = 0x02;

/** Controlword commands that end motion. */
export function stops({ values: { controlword } }: Sent): boolean {
  return controlword !== undefined && ((controlword & COMMAND_BITS) === QUICK_STOP || (controlword & HALT) !== 0);
}
