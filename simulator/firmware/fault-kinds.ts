import type { SignalName } from '../../drivers/profile/index.ts';

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
  'stop-input',
  'reboot',
] as const;
export type DriveFaultKind = (typeof driveFaultKinds)[number];

/** What a kind of fault is, whatever code a family has for it. */
interface FaultNature {
  /** The reason stays until it is cleared. */
  readonly lasts: boolean;
  /** What a sensor shows meanwhile. */
  readonly reading?: { readonly signal: SignalName; readonly value: number };
}

/** Kinds that are not listed change the drive in another way. */
export const faultNatures: Readonly<Partial<Record<DriveFaultKind, FaultNature>>> = {
  'over-temperature': { lasts: true, reading: { signal: 'temperature', value: 96 } },
  'over-current': { lasts: false },
  'over-voltage': { lasts: true, reading: { signal: 'supplyVoltage', value: 61 } },
  'under-voltage': { lasts: true, reading: { signal: 'supplyVoltage', value: 14 } },
  encoder: { lasts: true },
  stall: { lasts: false },
  'following-error': { lasts: false },
};
