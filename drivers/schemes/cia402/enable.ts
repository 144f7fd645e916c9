import { signalEntries, type Profile, type Signals } from '../../profile/index.ts';
import type { Condition, Plan, SignalValues, Step } from '../scheme.ts';
import { movingOf, toDriveState } from './drive-state.ts';
import { refused } from '../refused.ts';
import { powerStateOf, type PowerState } from './power.ts';
import { command, Control, faulted, In } from './words.ts';

/** A logic hop takes milliseconds; switching the power stage on may wait for a relay or a brake. */
const HOP_MS = 1000;
const POWER_MS = 3000;
/** Disable operation runs the ramp of object 605Ch before the state changes. */
const RAMP_DOWN_MS = 10_000;

type Planner = (now: Signals, profile: Profile) => Plan;

const nothingToDo: Planner = () => ({ ok: true, steps: [] });
const undecided: Planner = (now) => refused('wrong-state', `the drive is ${powerStateOf(now.statusword)}`);
const inFault: Planner = () => refused('fault', 'the drive reports a fault; reset it first');

/** The walk to Operation enabled, from wherever the drive stands. */
export const planEnable: Planner = (now, profile) => enableFrom[powerStateOf(now.statusword)](now, profile);

const enableFrom: Readonly<Record<PowerState, Planner>> = {
  'not-ready': undecided,
  'switch-on-disabled': (now, profile) =>
    walk([command(Control.shutdown), hop(In.readyToSwitchOn, 'ready to switch on')], now, profile),
  'ready-to-switch-on': (now, profile) => walk([], now, profile),
  'switched-on': (now, profile) => walk([], now, profile),
  'operation-enabled': nothingToDo,
  'quick-stop-active': resume,
  'fault-reaction-active': inFault,
  fault: inFault,
  unknown: undecided,
};

/** Down to Switch on disabled, with the drive's own ramp where it is enabled. */
export const planDisable: Planner = (now, profile) => disableFrom[powerStateOf(now.statusword)](now, profile);

const switchOff: readonly Step[] = [command(Control.disableVoltage), hop(In.switchOnDisabled, 'switch on disabled')];
const rampDown: readonly Step[] = [
  command(Control.switchOn),
  { do: 'await', until: [In.switchedOn], failIf: faulted, withinMs: RAMP_DOWN_MS, what: 'operation disabled' },
];

const disableFrom: Readonly<Record<PowerState, Planner>> = {
  'not-ready': undecided,
  'switch-on-disabled': nothingToDo,
  'ready-to-switch-on': () => ({ ok: true, steps: switchOff }),
  'switched-on': () => ({ ok: true, steps: switchOff }),
  'operation-enabled': () => ({ ok: true, steps: [...rampDown, ...switchOff] }),
  'quick-stop-active': () => ({ ok: true, steps: switchOff }),
  'fault-reaction-active': undecided,
  fault: nothingToDo,
  unknown: undecided,
};

/** Transition 15 wants a rising edge of bit 7, so the bit is lowered first whatever it was. Never enables. */
export function planResetFault(now: Signals, profile: Profile): Plan {
  const { power, fault } = toDriveState(now, profile);
  if (power === 'fault-reaction') return refused('wrong-state', 'the drive is still reacting to the fault');
  if (power === 'unknown') return refused('wrong-state', 'the state of the drive is unknown');
  if (fault === null) return { ok: true, steps: [] };
  if (!fault.resettable) return refused('fault', `${fault.text}: ${fault.remedy ?? 'cannot be reset'}`);
  return {
    ok: true,
    steps: [
      command(Control.disableVoltage),
      command(Control.faultReset),
      { do: 'await', until: [In.noFault], withinMs: HOP_MS, what: 'the fault to be cleared' },
      command(Control.disableVoltage),
    ],
  };
}

/**
 * Targets of an earlier life make the motor turn at transition 4 (stale 60FFh) or jump to 607Ah, so they are
 * overwritten while the power is still off: position := where it stands, velocity := 0, nothing armed.
 */
function seed(now: Signals, profile: Profile): readonly Step[] {
  const wanted: SignalValues = {
    ...(now.actualPosition === undefined ? {} : { targetPosition: now.actualPosition }),
    targetVelocity: 0,
    armGroup: 0,
  };
  const values = Object.fromEntries(
    signalEntries(wanted).filter(([signal]) => profile.registers[signal] !== undefined),
  );
  return [
    { do: 'write', values },
    { do: 'verify', values },
  ];
}

/**
 * Drives that can obey pulses or inputs as well are made to obey these registers, here and nowhere else: the power is off,
 * and somebody has asked for this drive. Written only where it reads otherwise, because it may wear a memory cell.
 */
function obeyRegisters({ controlMode: present }: Signals, { cia402 }: Profile): readonly Step[] {
  const controlMode = cia402?.controlMode;
  if (controlMode === undefined || present === controlMode) return [];
  return [
    { do: 'write', values: { controlMode } },
    { do: 'verify', values: { controlMode } },
  ];
}

function walk(first: readonly Step[], now: Signals, profile: Profile): Plan {
  return {
    ok: true,
    steps: [
      ...obeyRegisters(now, profile),
      ...first,
      ...seed(now, profile),
      command(Control.switchOn),
      hop(In.switchedOn, 'switched on', POWER_MS),
      command(Control.enableOperation),
      hop(In.operationEnabled, 'operation enabled', POWER_MS),
    ],
  };
}

/** Transition 16: the motor has held all the time, so a vertical load does not fall as it would by disabling first. */
function resume(now: Signals, profile: Profile): Plan {
  if (movingOf(now, profile) !== false) return refused('wrong-state', 'the quick stop is still under way');
  return {
    ok: true,
    steps: [
      ...seed(now, profile),
      command(Control.enableOperation),
      hop(In.operationEnabled, 'operation enabled', POWER_MS),
    ],
  };
}

function hop(until: Condition, what: string, withinMs = HOP_MS): Step {
  return { do: 'await', until: [until], failIf: faulted, withinMs, what };
}
