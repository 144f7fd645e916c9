import type { SignalName } from '../../drivers/profile/index.ts';
import { BLOCKED_FAULT, FOLLOWING_ERROR_FAULT } from '../firmware/index.ts';

/** What can be made to go wrong inside a drive. */
export const driveFaultKinds = [
  'over-temperature',
  'over-current',
  'over-voltage',
  'under-voltage',
  'encoder',
  'stall',
  'following-error',
  'home-switch',
  'slow-status',
  'reboot',
] as const;
export type DriveFaultKind = (typeof driveFaultKinds)[number];

/** A fault that the firmware sees: its code, whether the reason stays until cleared, and what a sensor shows meanwhile. */
export interface SeenFault {
  readonly code: number;
  readonly lasts: boolean;
  readonly reading?: { readonly signal: SignalName; readonly value: number };
}

/** Codes of object 603Fh after IEC 61800-7-201; kinds without a code change the drive in another way. */
export const seenFaults: Readonly<Partial<Record<DriveFaultKind, SeenFault>>> = {
  'over-temperature': { code: 0x4310, lasts: true, reading: { signal: 'temperature', value: 96 } },
  'over-current': { code: 0x2310, lasts: false },
  'over-voltage': { code: 0x3210, lasts: true, reading: { signal: 'supplyVoltage', value: 61 } },
  'under-voltage': { code: 0x3220, lasts: true, reading: { signal: 'supplyVoltage', value: 14 } },
  encoder: { code: 0x7305, lasts: true },
  stall: { code: BLOCKED_FAULT, lasts: false },
  'following-error': { code: FOLLOWING_ERROR_FAULT, lasts: false },
};
