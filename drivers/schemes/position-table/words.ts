import type { Profile } from '../../profile/index.ts';
import type { Command, Condition } from '../scheme.ts';

/** What is written to the trigger (Pr8.02) besides the numbers of paths. */
export const Trigger = { home: 0x020, setZero: 0x021, stop: 0x040 } as const;

export const runPath = (path: number): number => 0x010 + path;

/** Modes of a path, with bits 4 (not to be interrupted) and 6 (relative) low: a newer trigger takes over. */
export const Mode = { position: 1, velocity: 2 } as const;

/** Written to the control word 1801h. */
export const RESET_ALARM = 0x1111;

const trigger = (equals: number): Condition => ({ signal: 'pathTrigger', mask: 0xffff, equals });

/** What the trigger shows of a path. */
export const Shows = {
  written: (path: number): Condition => trigger(runPath(path)),
  running: (path: number): Condition => trigger(0x100 + path),
  /** The command has ended and the shaft settles; the number of the path is not told. */
  settling: trigger(0x200),
  done: (path: number): Condition => trigger(path),
} as const;

type Bits = NonNullable<Profile['positionTable']>['bits'];

/** As the manuals number them, where a profile says nothing else. */
const usual: Bits = { fault: 0, enabled: 1, running: 2, pathDone: 5, homed: 6 };

const maskOf = (bit: keyof Bits, { positionTable }: Profile): number => 1 << (positionTable?.bits ?? usual)[bit];

export function has(bit: keyof Bits, statusword: number, profile: Profile): boolean {
  return (statusword & maskOf(bit, profile)) !== 0;
}

/** A condition on bits of the statusword. */
export function statusIs(wanted: Readonly<Partial<Record<keyof Bits, boolean>>>, profile: Profile): Condition {
  const bits = Object.entries(wanted).map(([bit, isSet]) => ({ mask: maskOf(bit as keyof Bits, profile), isSet }));
  return {
    signal: 'statusword',
    mask: bits.reduce((sum, { mask }) => sum | mask, 0),
    equals: bits.reduce((sum, { mask, isSet }) => (isSet ? sum | mask : sum), 0),
  };
}

/** Nothing can be started from here any more. */
export const notEnabled = (profile: Profile): readonly Condition[] => [
  statusIs({ fault: true }, profile),
  statusIs({ enabled: false }, profile),
];

export const stopCommand: Command = { do: 'command', signal: 'pathTrigger', value: Trigger.stop };
