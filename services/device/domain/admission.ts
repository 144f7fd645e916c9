import { AXIS_STATES } from '../../../drivers/base/index.ts';
import {
  problem,
  type AxisState,
  type DriveCommandName,
  type Problem,
  type ProblemCode,
} from '../../contracts/index.ts';
import type { Authority } from './lease-book.ts';

/** What the gate looks at, all taken at one instant. */
export interface Situation {
  readonly drive: string;
  readonly state: AxisState;
  readonly stopLatched: boolean;
  readonly online: boolean;
  /** Why the drive must not move although it is there; null when it may. */
  readonly refused: string | null;
  readonly lineQuality: 'good' | 'refuse-motion' | 'stop';
  readonly capabilities: ReadonlySet<string>;
  readonly epoch: string;
  /** Known position, or an axis that needs none. */
  readonly positionKnown: boolean;
  readonly moving: boolean | null;
  readonly armed: boolean;
  /** A command that is no motion (enable, reset, ...) is under way. */
  readonly busyWith: string | null;
  /** Somebody works on the axis; why. */
  readonly maintenance: string | null;
  /** What the token of a command is worth. */
  readonly authorityOf: (lease: string | undefined) => Authority;
  /** Whether the orchestrator that shows this token is the one that the line obeys. */
  readonly isLeading: (fence: string) => boolean;
  readonly queueFull: boolean;
  /** Monotonic instant of the last halt or stop; null before the first. */
  readonly haltedAtMs: number | null;
}

export interface Asked {
  readonly command: Exclude<DriveCommandName, 'stop'>;
  readonly epoch: string | undefined;
  readonly lease: string | undefined;
  /** Token of the orchestrator through which it came; undefined where it came by none. */
  readonly fence: string | undefined;
  readonly bufferMode: 'aborting' | 'buffered' | undefined;
  /** Time left of the command's ttl when it arrived. */
  readonly ttlLeftMs: number;
  /** Monotonic instant at which it was issued by its own word; null where it has none. */
  readonly issuedAtMs: number | null;
}

interface Rule {
  readonly from: readonly AxisState[];
  /** The command may start motion: a bad line forbids it. */
  readonly moves: boolean;
  /** It goes to a position, so the axis must know where it is. */
  readonly needsPosition: boolean;
  /** It would change the set-point that an armed drive holds. */
  readonly touchesSetpoint: boolean;
}

const resting: readonly AxisState[] = ['standstill'];
const movable: readonly AxisState[] = ['standstill', 'discreteMotion', 'continuousMotion'];
const anyKnown = AXIS_STATES.filter((state) => state !== 'unknown');
const move: Rule = { from: movable, moves: true, needsPosition: true, touchesSetpoint: true };
const still: Rule = { from: anyKnown, moves: false, needsPosition: false, touchesSetpoint: false };

/** Motion reference 1.1 and 8.2: from which state each command is taken. `stop` is no row: it is always taken. */
const RULES: Record<Asked['command'], Rule> = {
  enable: { ...still, from: ['disabled', 'standstill'], moves: true },
  disable: still,
  home: { ...move, from: resting, needsPosition: false },
  'set-position': { ...still, from: resting, touchesSetpoint: true },
  'move-absolute': move,
  'move-relative': move,
  'move-velocity': move,
  jog: { ...move, from: ['standstill', 'continuousMotion'] },
  'set-override': { ...still, from: AXIS_STATES },
  halt: { ...still, from: movable },
  release: { ...still, from: ['stopping', 'errorStop', 'disabled', 'standstill'] },
  reset: { ...still, from: ['errorStop', 'stopping', 'disabled', 'standstill'] },
  arm: { ...move, from: resting, touchesSetpoint: false },
  trigger: { ...move, from: resting, touchesSetpoint: false },
  disarm: still,
};

/** Lets a command in (null), or says why not. Limits are the plan's business, not the gate's. */
export function admit(asked: Asked, at: Situation): Problem | null {
  const rule = RULES[asked.command];
  return (
    checkDrive(asked, at) ??
    checkFreshness(asked, rule, at) ??
    checkAuthority(asked, rule, at) ??
    checkState(asked.command, rule, at) ??
    (rule.moves ? checkMotion(rule, at) : null) ??
    checkOwn(asked, at)
  );
}

const refuse = (at: Situation, code: ProblemCode, detail: string): Problem =>
  problem(code, detail, { drive: at.drive });

function checkDrive({ command }: Asked, at: Situation): Problem | null {
  if (!at.capabilities.has(command)) return refuse(at, 'unsupported', `${at.drive} has no command ${command}.`);
  if (at.refused !== null) return refuse(at, 'refusedDrive', `${at.drive} is not commanded: ${at.refused}`);
  if (!at.online) return refuse(at, 'offline', `${at.drive} does not answer on its line.`);
  return null;
}

/** Instants of two clocks, one of them in whole milliseconds. */
const CLOCK_GRAIN_MS = 2;

function checkFreshness(asked: Asked, rule: Rule, at: Situation): Problem | null {
  if (asked.epoch !== undefined && asked.epoch !== at.epoch) {
    return refuse(at, 'epochMismatch', `The command names epoch ${asked.epoch}; ${at.drive} is in ${at.epoch}.`);
  }
  if (asked.ttlLeftMs <= 0) {
    return refuse(at, 'ttlExpired', `The command came ${Math.round(-asked.ttlLeftMs)} ms after its time to live.`);
  }
  if (rule.moves && (asked.issuedAtMs ?? Infinity) < (at.haltedAtMs ?? -Infinity) - CLOCK_GRAIN_MS) {
    return refuse(at, 'ttlExpired', `The command was issued before ${at.drive} was halted, and came out of order.`);
  }
  return null;
}

const WHY_NOT: Readonly<Record<Exclude<Authority, 'granted'>, (drive: string) => string>> = {
  leaseHeld: (drive) => `Another commander holds the lease of ${drive}; only a stop is taken from anybody else.`,
  leaseRequired: (drive) => `${drive} is commanded only under a lease on this site.`,
  leaseExpired: (drive) => `The lease that the command names does not hold ${drive} any more.`,
  tokenStale: (drive) => `A newer lease of ${drive} was granted since.`,
};

/** By what right a command comes. */
export type Right = Pick<Asked, 'lease' | 'fence'>;

/** Null when the tokens, or their absence, entitle to command the axis. */
export function authorityProblem({ lease, fence }: Right, at: Situation): Problem | null {
  if (fence !== undefined && !at.isLeading(fence)) {
    return refuse(at, 'fenced', `${at.drive} obeys another orchestrator, or waits for one; this one leads no more.`);
  }
  const authority = at.authorityOf(lease);
  return authority === 'granted' ? null : refuse(at, authority, WHY_NOT[authority](at.drive));
}

function checkAuthority(asked: Asked, rule: Rule, at: Situation): Problem | null {
  const unauthorised = authorityProblem(asked, at);
  if (unauthorised !== null) return unauthorised;
  if (!rule.moves || at.maintenance === null) return null;
  return refuse(at, 'maintenance', `${at.drive} is locked for maintenance: ${at.maintenance}`);
}

/** The state says it best why nothing can be done; what remains is "busy". */
const STATE_CODES: Partial<Record<AxisState, ProblemCode>> = {
  unknown: 'unknownState',
  errorStop: 'errorStop',
  stopping: 'stopLatched',
  homing: 'homingActive',
  disabled: 'notEnabled',
};

function checkState(command: Asked['command'], rule: Rule, at: Situation): Problem | null {
  if (!rule.from.includes(at.state)) {
    return refuse(at, STATE_CODES[at.state] ?? 'busy', `${command} is not possible while ${at.drive} is ${at.state}.`);
  }
  if (at.stopLatched && rule.moves) {
    return refuse(at, 'stopLatched', `${at.drive} was stopped and is latched until it is released.`);
  }
  if (at.busyWith !== null && command !== 'disable') {
    return refuse(at, 'busy', `${at.drive} is busy with ${at.busyWith}.`);
  }
  if (at.armed && rule.touchesSetpoint) {
    return refuse(at, 'busy', `${at.drive} is armed; trigger or disarm it first.`);
  }
  return null;
}

function checkMotion(rule: Rule, at: Situation): Problem | null {
  if (at.lineQuality !== 'good') {
    return refuse(at, 'lineQuality', `Too many bad frames on the line of ${at.drive}: no new motion.`);
  }
  if (rule.needsPosition && !at.positionKnown) {
    return refuse(at, 'notHomed', `${at.drive} does not know where it is since it was switched on.`);
  }
  return null;
}

/** What only one command asks for. */
function checkOwn({ command, bufferMode }: Asked, at: Situation): Problem | null {
  if (command === 'trigger' && !at.armed) return refuse(at, 'notArmed', `${at.drive} is not armed.`);
  if (command === 'release' && at.moving !== false) {
    return refuse(at, 'busy', `${at.drive} is not at rest yet; it is released when a reading shows it at rest.`);
  }
  if (command === 'set-position' && at.moving !== false) {
    return refuse(at, 'busy', `${at.drive} moves; its position can be declared only at rest.`);
  }
  if (bufferMode === 'buffered' && at.queueFull) {
    return refuse(at, 'queueFull', `The queue of ${at.drive} is full.`);
  }
  return null;
}
