import type { AxisUnits } from '../../drivers/base/index.ts';
import type { DriveSample, DriveState } from '../../drivers/drive/index.ts';
import type { AxisState, CommandResource, DriveStateMessage } from '../contracts/index.ts';
import type { Situation } from './domain/admission.ts';
import { takesVelocity } from './domain/tellable.ts';
import { deriveAxisState, freshForMs, type MotionKind } from './domain/axis-state.ts';
import { instantOf } from './command-record.ts';
import { isSeenAtRest, type AxisMemory } from './axis-memory.ts';
import { leaseEnd, type AxisLease } from './axis-lease.ts';
import { placeholderRefusal, type AxisKit } from './axis-parts.ts';

const QUEUE_LENGTH = 8;

/** What the axis looks like right now, seen from its memory. */
export interface AxisView {
  /** The last reading unless it is too old, or the link is down or not judged yet. */
  fresh(): DriveState | null;
  /** Monotonic instant at which the last reading becomes too old; null without one. */
  staleAtMs(): number | null;
  state(): AxisState;
  position(): AxisUnits | null;
  /** Why the drive must not be commanded; null when it may. */
  refused(): string | null;
  capabilities(): ReadonlySet<string>;
  situation(): Situation;
  message(): DriveStateMessage;
}

function motionKind(memory: AxisMemory): MotionKind | null {
  const { active } = memory;
  if (active === null) return null;
  const { motion, endsMotion } = active.work;
  if (endsMotion === undefined) return motion?.kind ?? null;
  return isSeenAtRest(memory) ? null : endsMotion;
}

/** Command words that need more of the drive than that it exists. */
const NEEDED_VERB = {
  enable: 'enable',
  disable: 'disable',
  home: 'home',
  'set-position': 'setPosition',
  'move-absolute': 'moveTo',
  'move-relative': 'moveTo',
  'move-velocity': 'moveTo',
  jog: 'moveTo',
  'set-override': 'moveTo',
  halt: 'halt',
  arm: 'moveTo',
  trigger: 'moveTo',
  disarm: 'moveTo',
} as const;

/** How old a reading may become, from how often the line is read now. */
export const believedFor = ({ pollMs }: AxisKit, { state }: DriveSample): number =>
  freshForMs(pollMs(state.moving !== false));

export function createAxisView(kit: AxisKit, memory: AxisMemory, lease: () => AxisLease): AxisView {
  const { config, clock, scale } = kit;
  const capabilities = capabilitiesOf(kit);

  function staleAtMs(): number | null {
    const { sample, believedForMs } = memory;
    if (sample === null) return null;
    const untilMs = sample.sampledAtMs + believedForMs;
    // others have begun to move since, and the line comes round to this one later than it could then
    return kit.clock.nowMs() <= untilMs ? untilMs : Math.max(untilMs, sample.sampledAtMs + believedFor(kit, sample));
  }

  function fresh(): DriveState | null {
    const until = staleAtMs();
    const isUsable = memory.link.state === 'online' && memory.attached && until !== null && clock.nowMs() <= until;
    return isUsable ? (memory.sample?.state ?? null) : null;
  }

  const stateBy = (now: DriveState | null): AxisState =>
    deriveAxisState({
      fresh: now,
      stopLatched: memory.stopLatched,
      errorLatched: memory.error !== null,
      motion: motionKind(memory),
    });

  function position(): AxisUnits | null {
    const counts = fresh()?.position ?? null;
    return counts === null ? null : scale.toAxisUnits(counts);
  }

  const refused = (): string | null => refusalOf(kit, memory);

  function situation(): Situation {
    const now = fresh();
    return {
      ...gateOf(kit, memory, lease()),
      drive: config.id,
      state: stateBy(now),
      refused: refused(),
      capabilities,
      positionKnown: !kit.hasPosition || !config.axis.homingRequired || isHomed(kit, memory, now) === true,
      moving: now?.moving ?? null,
    };
  }

  function message(): DriveStateMessage {
    const now = fresh();
    const [state, homed] = [stateBy(now), isHomed(kit, memory, now)];
    return messageOf(kit, memory, { now, state, homed, lease: leaseOf(kit, lease()) });
  }

  const state = (): AxisState => stateBy(fresh());
  return { fresh, staleAtMs, state, position, refused, capabilities: () => capabilities, situation, message };
}

function isHomed({ config, hasPosition }: AxisKit, memory: AxisMemory, now: DriveState | null): boolean | null {
  if (now === null || !hasPosition) return null;
  if (config.profile.absoluteEncoder && now.referenced === true) return true;
  return !memory.referenceVoid && (memory.referencedHere || now.referenced === true);
}

const refusalOf = (kit: AxisKit, { link }: AxisMemory): string | null =>
  placeholderRefusal(kit) ?? (link.state === 'refused' ? link.reason : null);

/** Without a register for it a velocity cannot be chosen, and a share of it neither. */
const OF_CHOSEN_VELOCITY: readonly string[] = ['move-velocity', 'set-override'];

/** `reset` clears errors of this service too; a velocity needs a position to end at, unless the drive has none at all. */
function capabilitiesOf({ config, drive: { verbs }, hasPosition }: AxisKit): ReadonlySet<string> {
  const canChoose = takesVelocity(config.profile);
  const needed = Object.entries(NEEDED_VERB).filter(
    ([command, verb]) => verbs.has(verb) && (canChoose || !OF_CHOSEN_VELOCITY.includes(command)),
  );
  const turns = !hasPosition && verbs.has('moveVelocity') ? ['move-velocity'] : [];
  return new Set(['stop', 'release', 'reset', ...needed.map(([command]) => command), ...turns]);
}

/** What the gate looks at beside the view itself. */
function gateOf({ lineQuality, isLeading }: AxisKit, memory: AxisMemory, lease: AxisLease): GateFacts {
  return {
    stopLatched: memory.stopLatched,
    haltedAtMs: memory.haltedAtMs,
    online: memory.link.state !== 'offline',
    lineQuality: lineQuality(),
    epoch: memory.epoch,
    armed: memory.armed !== null,
    busyWith: busyWith(memory),
    queueFull: memory.queue.length >= QUEUE_LENGTH,
    maintenance: memory.maintenance?.reason ?? null,
    authorityOf: (token) => lease.authorityOf(token),
    isLeading,
  };
}

type GateFacts = Pick<
  Situation,
  | 'stopLatched'
  | 'haltedAtMs'
  | 'online'
  | 'lineQuality'
  | 'epoch'
  | 'armed'
  | 'busyWith'
  | 'queueFull'
  | 'maintenance'
  | 'authorityOf'
  | 'isLeading'
>;

function busyWith({ stopUnderWay, active }: AxisMemory): string | null {
  if (stopUnderWay) return 'stop';
  return active !== null && active.work.motion === null ? active.record.command : null;
}

/** The fresh reading and what follows from it. */
type Seen = Pick<DriveStateMessage, 'state' | 'homed' | 'lease'> & { readonly now: DriveState | null };

/** One literal without spreads, because it is made with every sample: all messages then have one shape for the engine. */
function messageOf(kit: AxisKit, memory: AxisMemory, { now, state, homed, lease }: Seen): DriveStateMessage {
  const { config } = kit;
  const { active, armed, sample } = memory;
  const readings = readingsOf(kit, now);
  return {
    drive: config.id,
    state,
    position: readings.position,
    velocity: readings.velocity,
    followingError: readings.followingError,
    torque: readings.torque,
    temperature: readings.temperature,
    supplyVoltage: readings.supplyVoltage,
    moving: readings.moving,
    enabled: readings.enabled,
    limits: readings.limits,
    target: memory.target,
    unit: config.axis.unit,
    inPosition: inPosition(kit, memory, now),
    homed,
    stopLatched: memory.stopLatched,
    override: memory.override,
    link: linkOf(kit, memory, now),
    stale: now === null,
    sampledAt: sample === null ? null : instantOf(sample.sampledAtUnixMs),
    fault: faultOf(memory, now),
    warnings: now?.warning === true ? ['The drive reports a warning.'] : [],
    command: commandOf(active?.record.resource() ?? null),
    maintenance: memory.maintenance,
    armed: armed === null ? null : { group: armed.group, until: armed.until },
    epoch: memory.epoch,
    seq: memory.sequence,
    lease,
  };
}

function commandOf(running: CommandResource | null): DriveStateMessage['command'] {
  if (running === null) return null;
  const { id, command, status, progress } = running;
  return { id, command, status, progress };
}

function leaseOf(kit: AxisKit, lease: AxisLease): DriveStateMessage['lease'] {
  const held = lease.current();
  return held === null ? null : { owner: held.owner, expiresAt: leaseEnd(held.expiresAtMs, kit) };
}

type Readings = Pick<
  DriveStateMessage,
  | 'position'
  | 'velocity'
  | 'followingError'
  | 'torque'
  | 'temperature'
  | 'supplyVoltage'
  | 'moving'
  | 'enabled'
  | 'limits'
>;

const NOT_READ: Readings = {
  position: null,
  velocity: null,
  followingError: null,
  torque: null,
  temperature: null,
  supplyVoltage: null,
  moving: null,
  enabled: null,
  limits: { negative: null, positive: null, home: null },
};

function readingsOf({ scale, config }: AxisKit, now: DriveState | null): Readings {
  if (now === null) return NOT_READ;
  const { position, velocity, followingError } = now;
  const isInverted = config.axis.direction === 'inverted';
  return {
    position: position === null ? null : scale.toAxisUnits(position),
    velocity: velocity === null ? null : scale.velocityToAxisUnits(velocity),
    followingError: followingError === null ? null : scale.toAxisUnits(followingError),
    torque: now.torque === null || !isInverted ? now.torque : -now.torque,
    temperature: now.temperature,
    supplyVoltage: now.supplyVoltage,
    moving: now.moving,
    enabled: now.power === 'enabled',
    limits: axisLimits({ config }, now),
  };
}

/** The drive's negative switch is at the positive end of an inverted axis. */
export function axisLimits({ config }: Pick<AxisKit, 'config'>, { limits }: DriveState): DriveState['limits'] {
  const isInverted = config.axis.direction === 'inverted';
  return isInverted ? { ...limits, negative: limits.positive, positive: limits.negative } : limits;
}

function inPosition({ scale, toleranceCounts }: AxisKit, memory: AxisMemory, now: DriveState | null): boolean | null {
  if (now === null || now.moving === null || now.position === null) return null;
  if (now.moving) return false;
  if (memory.target === null) return true;
  return Math.abs(now.position - (scale.toCounts(memory.target) ?? Infinity)) <= toleranceCounts;
}

function linkOf(kit: AxisKit, memory: AxisMemory, now: DriveState | null): DriveStateMessage['link'] {
  if (memory.link.state === 'offline') return 'offline';
  return memory.link.state === 'online' && now !== null && kit.lineQuality() === 'good' ? 'online' : 'degraded';
}

function faultOf(memory: AxisMemory, now: DriveState | null): DriveStateMessage['fault'] {
  if (now?.fault) {
    const { category, code, text, remedy, resettable } = now.fault;
    return { category, code: `0x${code.toString(16).padStart(4, '0').toUpperCase()}`, text, remedy, resettable };
  }
  if (memory.error === null) return null;
  const { code, detail } = memory.error;
  return { category: 'motion', code, text: detail, remedy: 'Find the cause, then reset.', resettable: true };
}
