import type { ScanFinding, SerialSettings } from '../../contracts/index.ts';
import type { Answered, PortRecord } from './port-record.ts';
import { sameSerial, serialName } from './serial-choice.ts';

/** A drive that the site file has on this port. */
export interface Expected {
  readonly drive: string;
  readonly line: string;
  readonly serial: SerialSettings;
  readonly unit: number;
  /** Id of its profile. */
  readonly profile: string;
}

/** What the site file says and the port does not, each named for what it is. Pure. */
export function unmetExpectations(record: PortRecord, expected: readonly Expected[]): readonly ScanFinding[] {
  if (record.trouble !== null) return [];
  const strangers = record.answered.filter(({ unit }) => !expected.some((drive) => drive.unit === unit));
  return expected.flatMap((drive) => unmet(drive, { record, strangers, ofLine: expected }) ?? []);
}

interface Around {
  readonly record: PortRecord;
  /** Who answers at addresses that no drive of the file has. */
  readonly strangers: readonly Answered[];
  readonly ofLine: readonly Expected[];
}

function unmet(drive: Expected, { record, strangers, ofLine }: Around): ScanFinding | null {
  const atUnit = record.answered.filter(({ unit }) => unit === drive.unit);
  const [there] = [...atUnit.filter(({ serial }) => sameSerial(serial, drive.serial)), ...atUnit];
  if (there === undefined) return absent(drive, { record, strangers });
  if (isAnother(there, drive)) return exchanged(drive, there, { record, ofLine });
  return sameSerial(there.serial, drive.serial) ? null : otherSettings(drive, there, record);
}

const isAnother = ({ match }: Answered, drive: Expected): boolean =>
  match.isProven && match.profile?.id !== drive.profile;

function absent(drive: Expected, { record, strangers }: Pick<Around, 'record' | 'strangers'>): ScanFinding | null {
  // who answers garbled is there, and is told elsewhere
  if (record.garbled.some(({ unit }) => unit === drive.unit)) return null;
  const elsewhere = strangers.filter(({ match }) => match.profile?.id === drive.profile);
  const [only] = elsewhere;
  if (elsewhere.length !== 1 || only === undefined) return record.isComplete ? missing(drive, record) : null;
  return {
    kind: 'wrong-unit',
    port: record.port,
    unit: only.unit,
    text: `wrong unit id: the site file has ${drive.drive} (${drive.profile}) at unit ${drive.unit}, where nobody answers; one answers at unit ${only.unit}`,
    remedy: `Write unit: ${only.unit} for ${drive.drive}, or change the drive: kmotion set-unit ${record.port} ${only.unit} ${drive.unit}.`,
  };
}

function missing({ drive, unit, profile }: Expected, { port }: PortRecord): ScanFinding {
  return {
    kind: 'missing-drive',
    port,
    unit,
    text: `${drive} (${profile}) does not answer at unit ${unit}, nor does another of its kind elsewhere`,
    remedy: 'Check its power and its cable; then ask more: --units 1-247.',
  };
}

function exchanged(
  drive: Expected,
  there: Answered,
  { record, ofLine }: Pick<Around, 'record' | 'ofLine'>,
): ScanFinding {
  const found = there.match.profile?.id ?? 'something unknown';
  const own = record.answered.find(
    ({ match, unit }) => match.isProven && match.profile?.id === drive.profile && unit !== drive.unit,
  );
  const owner = own === undefined ? undefined : ofLine.find(({ unit }) => unit === own.unit);
  const where =
    own === undefined
      ? ''
      : `; a ${drive.profile} answers at unit ${own.unit}${owner === undefined ? '' : `, where the file has ${owner.drive}`}`;
  return {
    kind: 'wrong-unit',
    port: record.port,
    unit: drive.unit,
    text: `wrong unit id: unit ${drive.unit} is a ${found}, the site file has ${drive.drive} (${drive.profile}) there${where}`,
    remedy:
      own === undefined ? `Correct unit or profile of ${drive.drive}.` : `Write unit: ${own.unit} for ${drive.drive}.`,
  };
}

function otherSettings(drive: Expected, { serial, unit }: Answered, { port }: PortRecord): ScanFinding {
  const what = serial.baudRate === drive.serial.baudRate ? 'wrong parity' : 'wrong baud rate';
  return {
    kind: 'wrong-serial',
    port,
    unit,
    text: `${what}: ${drive.drive} answers at ${serialName(serial)}, the site file has line ${drive.line} at ${serialName(drive.serial)}`,
    remedy: `Write baudRate: ${serial.baudRate}, parity: ${serial.parity}, stopBits: ${serial.stopBits} for line ${drive.line}.`,
  };
}
