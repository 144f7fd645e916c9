import type { Profile, SignalName } from '../../profile/index.ts';
import type { Condition, Step } from '../scheme.ts';

type Facts = NonNullable<Profile['directData']>;

/** A profile of this scheme has its facts: it is checked when it is loaded. */
export function factsOf({ directData, id }: Profile): Facts {
  if (directData === undefined) throw new RangeError(`${id} says nothing of direct data`);
  return directData;
}

export const maskOf = (bit: number | null): number => (bit === null ? 0 : 1 << bit);

type Output = keyof Facts['outputs'];

/** Null where the output is not assigned or was not read. */
export function output(name: Output, statusword: number | undefined, profile: Profile): boolean | null {
  const mask = maskOf(factsOf(profile).outputs[name]);
  return mask === 0 || statusword === undefined ? null : (statusword & mask) !== 0;
}

/** A condition on outputs; those that are not assigned are left out. */
export function shows(wanted: Readonly<Partial<Record<Output, boolean>>>, profile: Profile): Condition {
  const { outputs } = factsOf(profile);
  const bits = Object.entries(wanted).map(([name, isOn]) => ({ mask: maskOf(outputs[name as Output]), isOn }));
  return {
    signal: 'statusword',
    mask: bits.reduce((sum, { mask }) => sum | mask, 0),
    equals: bits.reduce((sum, { mask, isOn }) => (isOn ? sum | mask : sum), 0),
  };
}

/** The inputs of a drive with power that nothing holds back; where there is no S-ON, none at all. */
export const powered = (profile: Profile): number => maskOf(factsOf(profile).inputs.servoOn);

/** The inputs that take the power away: S-ON low, and FREE where only that does. */
export function unpowered(profile: Profile): number {
  const { servoOn, free } = factsOf(profile).inputs;
  return servoOn === null ? maskOf(free) : 0;
}

export const inputs = (value: number): Step => ({ do: 'command', signal: 'inputCommand', value });

export const reads = (signal: SignalName, equals: number): Condition => ({ signal, mask: -1, equals });

/** Maintenance commands act as their word goes from 0 to 1. */
export function pulse(signal: SignalName): readonly Step[] {
  return [
    { do: 'command', signal, value: 0 },
    { do: 'command', signal, value: 1 },
  ];
}
