import { encodeValue, type Profile, type SignalName } from '../profile/index.ts';

/** Compared as the register holds it, so that rounding is no difference and any other bit is. */
export function isSameRegister(
  profile: Profile,
  name: SignalName,
  [wanted, seen]: readonly [number, number | undefined],
): boolean {
  const register = profile.registers[name];
  if (register === undefined || seen === undefined) return false;
  if (wanted === seen) return true;
  const wordsOf = (value: number): string => encodeValue(value, register, profile.wordOrder).join();
  return wordsOf(wanted) === wordsOf(seen);
}
