import type { Profile } from '../../../drivers/profile/index.ts';
import { type PowerState, statePattern } from './power-state.ts';

export interface StatusBits {
  readonly power: PowerState;
  readonly voltage: boolean;
  readonly warning: boolean;
  readonly targetReached: boolean;
  readonly internalLimit: boolean;
  /** Bits 12 and 13 mean something else in every mode of operation. */
  readonly mode12: boolean;
  readonly mode13: boolean;
  readonly referenced: boolean;
}

const bit = (number: number, isSet: boolean): number => (isSet ? 1 << number : 0);

/** Some drives come up in Ready to switch on; the statusword after power-up tells. */
export function stateAfterBoot({ resetValues: { statusword } }: Profile): PowerState {
  const isReady = statusword !== undefined && (statusword & 0x6f) === statePattern.readyToSwitchOn;
  return isReady ? 'readyToSwitchOn' : 'switchOnDisabled';
}

/** Object 6041h; `referencedBit` as the profile says, null where there is none. */
export function encodeStatusword(bits: StatusBits, referencedBit: number | null): number {
  return (
    statePattern[bits.power] |
    bit(4, bits.voltage) |
    bit(7, bits.warning) |
    bit(9, true) |
    bit(10, bits.targetReached) |
    bit(11, bits.internalLimit) |
    bit(12, bits.mode12) |
    bit(13, bits.mode13) |
    (referencedBit === null ? 0 : bit(referencedBit, bits.referenced))
  );
}
