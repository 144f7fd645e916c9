import type { Clock, Random } from '../../drivers/base/index.ts';
import {
  createBroadcastStop,
  createDrive,
  createGroupTrigger,
  SharedUnit,
  type BroadcastStop,
  type TriggerGroup,
} from '../../drivers/drive/index.ts';
import { createLine, type ModbusLine } from '../../drivers/modbus/index.ts';
import type { OpenPort } from '../../drivers/transport/index.ts';
import type { DriveConfig, LineConfig } from '../../config/index.ts';
import type { Interlock } from '../../config/interlocks/index.ts';
import { topicsOf, type LineTrigger, type LineTriggerAnswer, type StopReport } from '../contracts/index.ts';
import type { MessageBus } from '../platform/bus/index.ts';
import type { Logger } from '../platform/process/index.ts';
import { createAxis, type Axis } from './axis.ts';
import { createScale } from './domain/scale.ts';
import { DriveFace } from './drive-face.ts';
import { LineFace } from './line-face.ts';
import { LineInterlocks } from './line-interlocks.ts';
import { createLinePace, type LinePace } from './line-pace.ts';
import { LineLeadership } from './line-leadership.ts';
import { stopMoving, stopTogether } from './line-stop.ts';
import { triggerTogether } from './line-trigger.ts';
import { setpointOn } from './wire-cost.ts';

export interface LineHostOptions {
  readonly site: { readonly id: string; readonly mqttRoot: string; readonly commands?: 'lenient' | 'strict' };
  readonly line: LineConfig;
  readonly drives: readonly DriveConfig[];
  /** Of the whole site; those between drives of this line are kept here. */
  readonly interlocks?: readonly Interlock[];
  readonly openPort: OpenPort;
  readonly bus: MessageBus;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** One line with all that hangs on it: the engine, its drives, an axis for each, and their MQTT face. */
export interface LineHost {
  readonly config: LineConfig;
  readonly line: ModbusLine;
  readonly axes: ReadonlyMap<string, Axis>;
  readonly faces: ReadonlyMap<string, DriveFace>;
  /** From now on the drives are announced as reachable at this base URL. */
  announce(url: string): void;
  /** Starts all drives of a group at once; throws a Refusal when one cannot take part, and then none has moved. */
  trigger(asked: LineTrigger, fence?: string): Promise<LineTriggerAnswer>;
  /** Which orchestrator the line obeys, where a site has more than one. */
  readonly leadership: LineLeadership;
  /** What is not proved within that time is told as not proved; as long as it takes unless told. */
  stopAll(cause: string, answerWithinMs?: number): Promise<StopReport>;
  /** Why it is not ready yet; empty when it is. */
  reasonsNotReady(): readonly string[];
  /** Stops what moves, says that it is offline, gives the line back. */
  close(): Promise<void>;
}

const ORDERLY_STOP_MS = 1000;
/** A port that is plugged in again is in use within a second or so, a simulated one as soon as its simulator is up; looking for it costs next to nothing. */
const reconnect = { firstMs: 50, longestMs: 1000 };
/** Where no serial line sets the pace: some turns to and fro in a local network. */
const NETWORK_SETPOINT_MS = 30;
/** What may come on top of an adapter's own latency: a network, or a busy machine that plays the drives itself. */
const EXTRA_LATENCY_MS: Partial<Record<LineConfig['way']['kind'], number>> = { rtuOverTcp: 100, simulated: 100 };

export function createLineHost(options: LineHostOptions): LineHost {
  const { site, line: config, drives, clock, bus, logger } = options;
  const line = createLine({ name: config.id, open: options.openPort, clock, reconnect, ...wireOf(config, drives) });
  const setpoints = new Map(drives.map(({ id, profile }) => [id, setpointOn(config, profile)]));
  const setpointMs = (drive: string): number | null => setpoints.get(drive) ?? null;
  const faces = new Map(drives.map((drive) => [drive.id, createFace(drive, setpointMs(drive.id), options)]));
  const shared = sharedUnits(drives);
  const leadership = new LineLeadership({ line: config.id, clock, random: options.random, logger });
  const axes = new Map<string, Axis>();
  const axisOf = (drive: string): Axis | undefined => axes.get(drive);
  const interlocks = new LineInterlocks({ interlocks: options.interlocks ?? [], drives, clock, axisOf });
  const transactionMs = (): number | null => line.load().transactionMs;
  const pace = createLinePace(config, drives, { hurried: () => hurriedIn(axes), transactionMs });
  const place: AxisPlace = { line, shared, leadership, interlocks, pace, options };
  for (const [id, face] of faces) axes.set(id, createServedAxis(face, place));
  const stops = { clock, broadcast: commonStopOf(drives, line) };
  const starts = {
    axes,
    clock,
    broadcast: commonTriggerOf(drives, line, clock),
    setpointMs: (drive: string) => setpointMs(drive) ?? NETWORK_SETPOINT_MS,
  };
  const stopAll: LineHost['stopAll'] = async (cause, answerWithinMs) =>
    stopTogether([...axes.values()], { cause, answerWithinMs, ...stops });
  const face = new LineFace({ line: config.id, mqttRoot: site.mqttRoot, bus, axes, faces, stopAll, logger });
  return {
    config,
    line,
    axes,
    faces,
    announce: (url) => face.announce(url),
    trigger: async (asked, fence) => triggerTogether(asked, { ...starts, fence }),
    leadership,
    stopAll,
    reasonsNotReady: () => [...axes.values()].flatMap(reasonNotReady),
    async close() {
      await stopMoving([...axes.values()], { withinMs: ORDERLY_STOP_MS, clock });
      face.close();
      await Promise.all([...axes.values()].map(async (axis) => axis.close()));
      await line.close();
    },
  };
}

type Wire = Pick<
  Parameters<typeof createLine>[0],
  'framing' | 'serial' | 'interFrameGapMs' | 'adapterLatencyMs' | 'toleratesLeadingNoise'
>;

/** The slowest drive of a line sets its gap; all speak in the same frames, the site file is held to that. */
export function wireOf({ way, serial }: LineConfig, drives: readonly DriveConfig[]): Wire {
  const gapMs = Math.max(0, ...drives.map(({ profile }) => profile.timing.interFrameGapMs));
  return {
    framing: way.kind === 'tcp' ? 'mbap' : (drives[0]?.profile.framing ?? 'rtu'),
    serial,
    interFrameGapMs: serial === null ? 0 : gapMs,
    adapterLatencyMs: EXTRA_LATENCY_MS[way.kind],
    toleratesLeadingNoise: drives.some(({ profile }) => profile.leadingNoise),
  };
}

function createFace(config: DriveConfig, setpointMs: number | null, options: LineHostOptions): DriveFace {
  const { site, line, drives, bus, clock, logger } = options;
  const startsTogether = commonTriggerProfile(drives) !== null;
  const where = { site: site.id, line, startsTogether, setpointMs, topics: topicsOf(site.mqttRoot) };
  return new DriveFace({ ...where, config, bus, clock, logger });
}

interface AxisPlace {
  readonly interlocks: LineInterlocks;
  readonly line: ModbusLine;
  readonly shared: ReadonlyMap<number, SharedUnit>;
  readonly leadership: LineLeadership;
  readonly pace: LinePace;
  readonly options: LineHostOptions;
}

/** By unit id: the units that carry two axes, and so two drives. */
function sharedUnits(drives: readonly DriveConfig[]): ReadonlyMap<number, SharedUnit> {
  const twins = drives.filter(({ profile }) => profile.narrowed !== undefined);
  return new Map(twins.map(({ unit }) => [unit, new SharedUnit()]));
}

/** Asked with each look at how old a reading may be. */
function hurriedIn(axes: ReadonlyMap<string, Axis>): number {
  let hurried = 0;
  for (const { kit } of axes.values()) if (kit.drive.isHurried()) hurried++;
  return hurried;
}

function createServedAxis(face: DriveFace, { line, shared, leadership, interlocks, pace, options }: AxisPlace): Axis {
  const { clock, random } = options;
  const { config } = face;
  // interlocks reckon with what the site file asks for; an axis of theirs that the line cannot read so often is not known
  const isRuled = options.interlocks?.some((rule) => rule.drives.includes(config.id)) === true;
  const movingMs = (): number => (isRuled ? config.poll.movingMs : pace.movingMs(config));
  const axis = createAxis({
    config,
    drive: createDrive({ line, clock, sharedUnit: shared.get(config.unit), ...driveOptionsOf(config, pace) }),
    clock,
    random,
    simulated: options.line.way.kind === 'simulated',
    strict: options.site.commands === 'strict',
    isLeading: (fence) => leadership.admits(fence),
    lineQuality: () => line.load().quality,
    pollMs: (isMoving) => (isMoving ? movingMs() : pace.idleMs(config)),
    listener: {
      changed() {
        face.changed();
        interlocks.changed(config.id);
      },
      event: (event) => face.event(event),
      reported: (report) => face.reported(report),
    },
    permit: (order) => interlocks.permit(config.id, order),
  });
  face.serve(axis);
  return axis;
}

function driveOptionsOf(
  config: DriveConfig,
  pace: LinePace,
): Omit<Parameters<typeof createDrive>[0], 'line' | 'clock'> {
  const { unit, profile, watchdogMs, serialNumber, axis } = config;
  const quickStop = createScale(axis, profile).accelerationToCounts(axis.stopDeceleration);
  return {
    unit,
    profile,
    watchdogMs,
    quickStopDeceleration: quickStop ?? STEEPEST_RAMP,
    pollIdleMs: () => pace.idleMs(config),
    pollMovingMs: () => pace.movingMs(config),
    serialNumberPin: serialNumber ?? undefined,
  };
}

/** Where the configured ramp does not fit into the register, the steepest that does is nearest to it. */
const STEEPEST_RAMP = 0xffff_ffff;

/** One frame starts all only where all obey the same broadcast; null where each is started by itself. */
function commonTriggerProfile(drives: readonly DriveConfig[]): DriveConfig['profile'] | null {
  const profile = commonProfile(drives);
  return profile?.broadcast === 'obeyed' && profile.registers.groupTrigger !== undefined ? profile : null;
}

function commonTriggerOf(drives: readonly DriveConfig[], line: ModbusLine, clock: Clock): TriggerGroup | null {
  const profile = commonTriggerProfile(drives);
  return profile === null ? null : createGroupTrigger({ line, profile, clock });
}

function commonStopOf(drives: readonly DriveConfig[], line: ModbusLine): BroadcastStop | null {
  const profile = commonProfile(drives);
  return profile === null ? null : createBroadcastStop(line, profile);
}

/** Null where the drives are of several models: a register of one is another register of the next. */
function commonProfile(drives: readonly DriveConfig[]): DriveConfig['profile'] | null {
  const profile = drives[0]?.profile ?? null;
  return drives.every((drive) => drive.profile.id === profile?.id) ? profile : null;
}

function reasonNotReady(axis: Axis): string[] {
  const link = axis.kit.drive.link();
  if (link.state !== 'online') return [`${axis.id} is ${link.state}: ${link.reason}`];
  return axis.view.fresh() === null ? [`${axis.id} has given no reading yet`] : [];
}
