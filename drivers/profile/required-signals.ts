import type { Profile, SignalName, Verb } from './profile.ts';
import { signalEntries } from './signal-entries.ts';

type Access = 'read' | 'write';

const STATE = { statusword: 'read', controlword: 'write' } as const;
const MODE = { modeOfOperation: 'write', modeDisplay: 'read' } as const;
const SETPOINT = {
  ...STATE,
  ...MODE,
  actualPosition: 'read',
  targetPosition: 'write',
  profileVelocity: 'write',
  profileAcceleration: 'write',
  profileDeceleration: 'write',
} as const;

type Required = Readonly<Partial<Record<SignalName, Access>>>;

/** Registers without which a verb cannot be carried out (objects of CiA 402, IEC 61800-7-201). */
const cia402: Readonly<Record<Verb, Required>> = {
  enable: STATE,
  disable: STATE,
  resetFault: STATE,
  moveTo: SETPOINT,
  arm: { ...SETPOINT, armGroup: 'write', groupTrigger: 'write' },
  moveVelocity: {
    ...STATE,
    ...MODE,
    targetVelocity: 'write',
    profileAcceleration: 'write',
    profileDeceleration: 'write',
  },
  home: {
    ...STATE,
    ...MODE,
    homingMethod: 'write',
    homingSpeedFast: 'write',
    homingSpeedSlow: 'write',
    homingAcceleration: 'write',
    homeOffset: 'write',
  },
  setPosition: { ...STATE, ...MODE, homingMethod: 'write', homeOffset: 'write' },
  halt: STATE,
  quickStop: STATE,
};

const schemes: Readonly<Record<Profile['scheme'], Readonly<Record<Verb, Required>>>> = { cia402 };

/** The signals that `verb` needs and the profile lacks or cannot access in that way; empty when it can be carried out. */
export function missingSignals(profile: Profile, verb: Verb): readonly SignalName[] {
  return signalEntries(schemes[profile.scheme][verb])
    .filter(([signal, access]) => {
      const own = profile.registers[signal]?.access;
      return own !== access && own !== 'read-write';
    })
    .map(([signal]) => signal);
}
