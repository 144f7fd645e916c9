import type { Machine } from '../behaviour.ts';
import { isAz } from './units.ts';

/** Inputs of a BLV-R that our profile does not name, as they are assigned from the factory (manual, 007Dh). */
const CLR = 3;
const QSTOP = 4;
const ALM_RST = 7;

/** What the word of inputs says, by the assignment that the profile describes. */
export interface Inputs {
  readonly servoOn: boolean;
  readonly free: boolean;
  readonly stop: boolean;
  readonly quickStop: boolean;
  readonly clear: boolean;
  readonly home: boolean;
  readonly alarmReset: boolean;
}

export function inputsOf(word: number, machine: Machine): Inputs {
  const bits = machine.profile.directData?.inputs;
  const has = (bit: number | null | undefined): boolean => bit != null && (word & (1 << bit)) !== 0;
  const own = (bit: number): boolean => !isAz(machine) && has(bit);
  return {
    // an AZ has power without being told
    servoOn: isAz(machine) || has(bits?.servoOn),
    free: has(bits?.free),
    stop: has(bits?.stop),
    quickStop: own(QSTOP),
    clear: own(CLR),
    home: has(bits?.home),
    alarmReset: own(ALM_RST),
  };
}

/** No operation starts while one of these is on. */
export const isHeld = ({ free, stop, quickStop, clear }: Inputs): boolean => free || stop || quickStop || clear;
