import type { Site } from '../../../config/index.ts';
import { InterlockGuard, type Interlock, type Permission } from '../../../config/interlocks/index.ts';
import { problem, Refusal, type DriveStateMessage } from '../../contracts/index.ts';
import type { Logger } from '../../platform/process/index.ts';
import { DeviceUnreachable, type DeviceClient, type DriveOrder } from '../device-client.ts';
import type { Clock } from '../time.ts';
import { ASKED_WITHIN_MS, createReadings } from './readings.ts';
import { createTurns } from './turns.ts';
import { createWatch } from './watch.ts';

interface Parts {
  readonly site: Site;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly readState: (drive: string) => Promise<DriveStateMessage>;
  /** Ends what a drive does, by whatever it takes. */
  readonly halt: (drive: string, how: 'halt' | 'disarm') => Promise<void>;
  /** False while another orchestrator commands, and watches. */
  readonly isInCharge: () => boolean;
}

/**
 * The interlocks between drives of several lines: asked before this process sends a motion anywhere, and watched for what
 * comes to the drives by other doors. Those within one line are kept by its device process, nearer to the drives.
 */
export interface Interlocks {
  /** One of the permission's two ends must be told. @throws Refusal interlock, superseded */
  permit(drive: string, command: string, body: unknown): Promise<Permission>;
  /** The same client, which asks before it sends. */
  guarded(client: DeviceClient): DeviceClient;
  /** A drive has told its state: what moves is watched from now on. */
  heard(state: DriveStateMessage): void;
  /** This process is in charge from now on: it looks what moves already. */
  takeUp(): void;
  readonly close: () => void;
}

/** A look at all drives, and the pause to the next. */
const WATCH_MS = 100;
/** Oldest sample that a device process still tells, a look at silent drives, and the request that halts. */
const LATENCY_S = (300 + ASKED_WITHIN_MS + WATCH_MS + 100) / 1000;

/** They end a motion, or what would begin one: what was asked for before them must not be sent after them. */
const ENDS_MOTION: ReadonlySet<string> = new Set(['halt', 'stop', 'disable', 'disarm']);
const NOTHING_ASKED: Permission = { begun: () => undefined, takeBack: () => undefined };

export function createInterlocks(parts: Parts): Interlocks {
  const { site, clock } = parts;
  const interlocks = site.interlocks.filter((rule) => isAcrossLines(rule, site));
  const readings = createReadings(parts);
  const turns = createTurns();
  const guard = new InterlockGuard({
    interlocks,
    bounds: new Map([...site.drives].map(([id, { axis }]) => [id, { ...axis, latencyS: LATENCY_S }])),
    nowMs: () => clock.nowMs(),
    now: (drive) => readings.now(drive),
  });
  const watch = createWatch({ ...parts, guard, readings, drives: drivesOf(interlocks), everyMs: WATCH_MS });

  async function permit(drive: string, command: string, body: unknown): Promise<Permission> {
    if (ENDS_MOTION.has(command)) turns.pass(drive);
    const order = { command, body: (body ?? {}) as Readonly<Record<string, unknown>> };
    const besides = guard.concernedBy(drive, order);
    // where another is in charge, nothing is sent either
    if (besides.size === 0 || !parts.isInCharge()) return NOTHING_ASKED;
    const isStillWanted = turns.take(drive);
    await readings.ask(besides);
    if (!isStillWanted()) throw new Refusal(problem('superseded', overtaken(command, drive), { drive }));
    const admitted = guard.admit(drive, order);
    if (!admitted.ok) throw new Refusal(problem('interlock', admitted.detail, { drive }));
    watch.begin();
    return admitted.permission;
  }

  return {
    permit,
    guarded: (client) => ({ ...client, command: (order) => commandPermitted(order, client, permit) }),
    heard({ drive, moving, command }) {
      const isMoving = moving !== false || command !== null;
      if (isMoving && guard.concernedBy(drive).size > 0) watch.begin();
    },
    takeUp: () => watch.begin(),
    close: watch.close,
  };
}

const overtaken = (command: string, drive: string): string =>
  `A younger command of ${drive} came while ${command} waited for the interlocks.`;

const drivesOf = (interlocks: readonly Interlock[]): ReadonlySet<string> =>
  new Set(interlocks.flatMap(({ drives }) => drives));

const isAcrossLines = ({ drives }: Interlock, site: Site): boolean =>
  new Set(drives.map((drive) => site.drives.get(drive)?.line)).size > 1;

async function commandPermitted(
  order: DriveOrder,
  client: DeviceClient,
  permit: Interlocks['permit'],
): ReturnType<DeviceClient['command']> {
  const permission = await permit(order.drive, order.command, order.body);
  try {
    const resource = await client.command(order);
    permission.begun();
    return resource;
  } catch (error) {
    if (neverBegan(error)) permission.takeBack();
    else permission.begun();
    throw error;
  }
}

const neverBegan = (error: unknown): boolean =>
  error instanceof Refusal || (error instanceof DeviceUnreachable && error.executed === 'no');
