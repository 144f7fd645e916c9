import { polledSignals, signalEntries, type Profile, type SignalName, type Signals } from '../profile/index.ts';
import type { DriveIdentity } from './drive.ts';

const DESCRIBING: readonly SignalName[] = ['vendorId', 'productCode', 'firmwareVersion', 'serialNumber', 'bootCounter'];

/**
 * The signals that tell who answers: what the profile compares, and what is shown to people. Of a drive without any, the
 * status is read: that it can be read is all the proof there is, and nothing is written to a unit that shows none.
 */
export function identitySignals(profile: Profile): readonly SignalName[] {
  const compared = signalEntries(profile.identity.match).map(([signal]) => signal);
  const known = DESCRIBING.filter((signal) => profile.registers[signal] !== undefined);
  const telling = [...new Set([...compared, ...known])];
  return telling.length > 0 ? telling : polledSignals(profile, 'fast');
}

export function identityOf(signals: Signals, profile: Profile): DriveIdentity {
  const { vendorId = null, productCode = null, firmwareVersion, serialNumber, bootCounter = null } = signals;
  return {
    vendorId,
    productCode,
    firmware: firmwareVersion === undefined ? null : FIRMWARE[profile.identity.firmware](firmwareVersion),
    serialNumber: serialNumber === undefined ? null : String(serialNumber),
    bootCounter,
  };
}

const FIRMWARE: Readonly<Record<Profile['identity']['firmware'], (version: number) => string>> = {
  'major-minor': (version) => `${version >> 8}.${version & 0xff}`,
  number: String,
  hexadecimal: (version) => `0x${version.toString(16).toUpperCase()}`,
};

/** Why this is not the drive that was meant, as a sentence; null when it is. */
export function identityProblem(profile: Profile, signals: Signals, serialNumberPin?: string): string | null {
  for (const [signal, expected] of signalEntries(profile.identity.match)) {
    const seen = signals[signal];
    if (seen === undefined || !expected.includes(seen)) {
      return `${signal} is ${seen ?? 'missing'}, ${profile.id} has ${expected.join(' or ')}`;
    }
  }
  const { serialNumber } = identityOf(signals, profile);
  if (serialNumberPin !== undefined && serialNumber !== serialNumberPin) {
    return `serial number is ${serialNumber ?? 'missing'}, the site names ${serialNumberPin}`;
  }
  return null;
}
