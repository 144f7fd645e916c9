import { AxisUnits } from '../../drivers/base/index.ts';
import type { DriveIntent } from '../../drivers/drive/index.ts';
import { problem, Refusal, type DriveCommand } from '../contracts/index.ts';
import type { Work } from './axis-memory.ts';
import type { AxisKit } from './axis-parts.ts';
import { planTrapezoid } from './domain/trapezoid.ts';
import { markReferenced, type WorkParts } from './motion-work.ts';

interface Homing {
  readonly method: number;
  /** What the position reads at the reference. */
  readonly at: AxisUnits;
  /** Axis units/s, of the search. */
  readonly velocity: number;
}

/** Beyond the way: the second, slow approach and what a drive needs around it. */
const SWITCH_SEARCH_MS = 10_000;
/** The switch is approached a second time this much slower, for its repeatability. */
const SLOW_SHARE = 0.2;

export function homeWork(body: DriveCommand<'home'>, { kit, memory }: WorkParts): Work {
  const homing = homingOf(body, kit);
  const intent = homeIntent(homing, kit);
  const plannedDurationMs = searchMs(homing, kit);
  return {
    motion: { kind: 'homing', from: null, target: null, targetCounts: null, plannedDurationMs: null },
    onDone() {
      markReferenced(memory);
      kit.listener.event({ type: 'homing-done', detail: 'The axis found its reference.' });
    },
    async perform(hands) {
      memory.referencedHere = false;
      const executed = await hands.execute(intent);
      return {
        kind: 'home',
        target: null,
        toleranceCounts: kit.toleranceCounts,
        acknowledgedAtMs: executed.acknowledgedAtMs,
        setpointCounter: null,
        stallMs: null,
        deadlineMs: hands.deadlineFor(plannedDurationMs),
      };
    },
  };
}

function homingOf(body: DriveCommand<'home'>, { config }: AxisKit): Homing {
  const configured = config.homing ?? { method: undefined, position: 0, velocity: config.axis.maxVelocity / 10 };
  return {
    method: methodOf(body.method ?? configured.method, config),
    at: AxisUnits(body.position ?? configured.position),
    velocity: body.velocity ?? configured.velocity,
  };
}

function methodOf(method: number | undefined, { id, profile }: AxisKit['config']): number {
  const known = profile.homingMethods;
  if (method !== undefined && known.includes(method)) return method;
  const what = method === undefined ? 'none is configured' : `${method} is not one of them`;
  throw new Refusal(problem('invalidValue', `Homing methods of ${id}: ${known.join(', ')}; ${what}.`));
}

/** Nobody knows where the switch is: the whole range at homing speed, there and back. */
function searchMs({ velocity }: Homing, { limits }: AxisKit): number {
  const { maxAcceleration: acceleration, range } = limits;
  const distance = 2 * (range[1] - range[0]);
  return planTrapezoid({ distance, velocity, acceleration, deceleration: acceleration }).durationMs + SWITCH_SEARCH_MS;
}

function homeIntent({ at, velocity, method }: Homing, { scale, limits }: AxisKit): DriveIntent {
  if (velocity > limits.maxVelocity) {
    throw new Refusal(problem('velocity', `Homing at ${velocity} ${limits.unit}/s is above ${limits.maxVelocity}.`));
  }
  const position = scale.toCounts(at);
  const fast = scale.velocityToCounts(velocity);
  const slow = scale.velocityToCounts(velocity * SLOW_SHARE);
  const acceleration = scale.accelerationToCounts(limits.maxAcceleration);
  if (position === null || fast === null || slow === null || acceleration === null) {
    throw new Refusal(problem('registerOverflow', "A homing parameter does not fit into the drive's registers."));
  }
  return { kind: 'home', method, position, fast: Math.abs(fast), slow: Math.abs(slow), acceleration };
}
