import type { Profile, Signals } from '../../profile/index.ts';
import type { Plan, PositionSetpoint, SignalValues, Step } from '../scheme.ts';
import { homingOf, movingOf } from './drive-state.ts';
import { lowerStartBit, switchMode } from './mode.ts';
import { powerOf } from './power.ts';
import { refused } from '../refused.ts';
import { command, Control, In, isHaltBitHigh, Mode, notEnabled } from './words.ts';

const ACKNOWLEDGE_MS = 500;

/** One absolute move; a running one is replaced at once (bit 5). Relative moves are never the drive's business. */
export function planMoveTo(setpoint: PositionSetpoint, now: Signals, profile: Profile): Plan {
  const refusal = readyForSetpoint(now, profile);
  if (refusal !== null) return refusal;
  return { ok: true, steps: [...prepare(parameters(setpoint, profile), now, profile), ...handshake] };
}

/**
 * Loads a set-point for the group trigger. A pending halt would hold the armed drive back, so it is lowered first, in
 * the only safe way: with the drive's own position as the new target.
 */
export function planArm(setpoint: PositionSetpoint & { readonly group: number }, now: Signals, profile: Profile): Plan {
  const refusal = readyForSetpoint(now, profile);
  if (refusal !== null) return refusal;
  const armed = { ...parameters(setpoint, profile), armGroup: setpoint.group };
  if (!isHaltBitHigh(now.controlword)) return { ok: true, steps: prepare(armed, now, profile) };
  const { actualPosition } = now;
  if (actualPosition === undefined || movingOf(now, profile) !== false) {
    return refused('wrong-state', 'the drive is still coming to a halt');
  }
  const held = { ...parameters(setpoint, profile), targetPosition: actualPosition };
  const released = { ...now, controlword: Control.enableOperation, modeDisplay: Mode.profilePosition, statusword: 0 };
  return { ok: true, steps: [...prepare(held, now, profile), ...handshake, ...prepare(armed, released, profile)] };
}

/** Starts what is armed in this drive alone. The drive itself ignores the trigger once it has been disarmed. */
export function planStartArmed(now: Signals, profile: Profile): Plan {
  const refusal = readyForSetpoint(now, profile);
  if (refusal !== null) return refusal;
  const group = now.armGroup ?? 0;
  if (group === 0) return refused('wrong-state', 'nothing is armed');
  const taken = { signal: 'armGroup', mask: 0xffff, equals: 0 } as const;
  return {
    ok: true,
    steps: [
      { do: 'trigger', values: { groupTrigger: group }, proof: [taken] },
      {
        do: 'await',
        until: [taken],
        failIf: notEnabled,
        withinMs: ACKNOWLEDGE_MS,
        what: 'the armed set-point to be taken',
      },
    ],
  };
}

export function planDisarm(): Plan {
  return {
    ok: true,
    steps: [
      { do: 'command', signal: 'armGroup', value: 0 },
      { do: 'verify', values: { armGroup: 0 } },
    ],
  };
}

function readyForSetpoint(now: Signals, profile: Profile): Extract<Plan, { ok: false }> | null {
  const power = powerOf(now.statusword);
  if (power === 'fault' || power === 'fault-reaction') return refused('fault', 'the drive reports a fault');
  if (power !== 'enabled') return refused('wrong-state', `the drive is ${power}, not enabled`);
  if (homingOf(now, power, profile) === 'running') return refused('wrong-state', 'homing is under way');
  return null;
}

function parameters(setpoint: PositionSetpoint, { registers }: Profile): SignalValues {
  const { target, velocity, acceleration, deceleration } = setpoint;
  return {
    targetPosition: target,
    ...(registers.maxProfileVelocity && { maxProfileVelocity: velocity }), // caps 6081h
    profileVelocity: velocity,
    profileAcceleration: acceleration,
    profileDeceleration: deceleration,
  };
}

/**
 * Parameters first and verified, the edge in a frame of its own: drives that see the edge before the target move to the
 * previous target. Bit 12 must be low before, or a left-over acknowledge would pass for that of this set-point.
 */
function prepare(values: SignalValues, now: Signals, profile: Profile): readonly Step[] {
  const lowered = lowerStartBit(now);
  const switched = switchMode(Mode.profilePosition, now, profile);
  const isFree =
    lowered.length === 0 && switched.length === 0 && ((now.statusword ?? 0) & In.setpointBufferFree.mask) === 0;
  return [
    ...lowered,
    ...switched, // first, because leaving a mode disarms
    { do: 'write', values },
    { do: 'verify', values },
    ...(isFree ? [] : [awaitBufferFree]),
  ];
}

const awaitBufferFree: Step = {
  do: 'await',
  until: [In.setpointBufferFree],
  failIf: notEnabled,
  withinMs: ACKNOWLEDGE_MS,
  what: 'the set-point acknowledge to fall',
};

/** The same for every move, so that whoever carries it out can keep the frames. */
const handshake: readonly Step[] = [
  { do: 'trigger', values: { controlword: Control.newSetpoint }, proof: [In.setpointAcknowledged] },
  {
    do: 'await',
    until: [In.setpointAcknowledged],
    failIf: notEnabled,
    withinMs: ACKNOWLEDGE_MS,
    what: 'the set-point to be acknowledged',
  },
  command(Control.enableOperation),
  awaitBufferFree,
];
