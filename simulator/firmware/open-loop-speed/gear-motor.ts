import type { Profile } from '../../../drivers/profile/index.ts';
import type { Behaviour, Machine, Personality } from '../behaviour.ts';
import type { Moment } from '../firmware.ts';

/** Below this share of the full duty, friction in the gear keeps the shaft where it is. */
const DEAD_SHARE = 0.08;
/** From rest to full speed: nothing but inertia limits it. */
const RUN_UP_MS = 80;
/** Writes are single ones, and some firmwares show their identity and state to function 4 alone. */
const FUNCTION_CODES = [3, 4, 6] as const;

/**
 * An open loop: a new duty acts at once and for ever, whoever is still there to change it. The state register tells what
 * the bridge is told, so a motor that is blocked, or too weakly driven to turn, "turns". Duty 0 lets go of the shaft.
 */
export const openLoopSpeed: Personality = (machine: Machine): Behaviour => ({
  functionCodes: FUNCTION_CODES,
  live: { statusword: () => stateOf(machine.value('targetVelocity'), machine.profile) },
  write(writes, at) {
    for (const { signal, value } of writes) {
      if (signal === 'targetVelocity') drive(machine, value, at);
      // the acknowledge still comes from the old one
      if (signal === 'unitAddress') machine.setUnit(value);
    }
  },
});

function drive(machine: Machine, velocity: number, at: Moment): void {
  const shaft = machine.shaft();
  const fullSpeed = fullSpeedOf(machine.profile);
  if (Math.abs(velocity) < DEAD_SHARE * fullSpeed) {
    shaft.release(at);
    return;
  }
  shaft.hold(at.atMs);
  const ramp = (1000 * fullSpeed) / RUN_UP_MS;
  shaft.run(velocity, { acceleration: ramp, deceleration: ramp }, at);
}

function fullSpeedOf({ openLoopSpeed: facts, registers }: Profile): number {
  return (facts?.fullSpeed.register ?? 0) * (registers.targetVelocity?.scale ?? 1);
}

/** The first of the codes that the profile allows; another firmware is another profile. */
function stateOf(velocity: number, { openLoopSpeed: facts }: Profile): number {
  const states = facts?.states;
  const codes = velocity === 0 ? states?.standing : velocity > 0 ? states?.forward : states?.reverse;
  return codes?.[0] ?? 0;
}
