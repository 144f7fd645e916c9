import type { ScanFinding, SerialSettings } from '../../contracts/index.ts';
import { isDoubtful } from './heard.ts';
import type { Answered, Garbled, PortRecord } from './port-record.ts';
import { sameSerial, serialName } from './serial-choice.ts';
import { unitsInWords } from './unit-list.ts';

/** One bent frame is a glitch. */
const DOUBTS_TO_BELIEVE = 2;
/** Noise comes whoever is asked; two drives on one address answer only to it. */
const MOST_SHARED_ADDRESSES = 2;

/** What the record of a port means, for whoever stands before the machine. Pure. */
export function verdicts(record: PortRecord): readonly ScanFinding[] {
  if (record.trouble !== null) return [{ ...at(record), ...record.trouble, remedy: remedies[record.trouble.kind] }];
  return [
    ...echo(record),
    ...record.answered.filter(isShared).map((one) => sharedAddress(record, one, 'sometimes clear, sometimes garbled')),
    ...garbled(record),
    ...mixedSerial(record),
    ...silent(record),
  ];
}

const remedies = {
  'port-taken': 'Stop the program that has the port, or choose another port; kmotion doctor names it.',
  'port-lost': 'Plug the adapter in again and see its cable; then scan again.',
};

const at = ({ port }: PortRecord, unit: number | null = null): Pick<ScanFinding, 'port' | 'unit'> => ({ port, unit });

function echo(record: PortRecord): readonly ScanFinding[] {
  if (!record.hasEcho) return [];
  return [
    {
      kind: 'echo',
      ...at(record),
      text: `the adapter at ${record.port} sends back everything that it is given`,
      remedy:
        'It works, because the line takes its own frames off; switch the echo off at the adapter if it can (RE tied to DE).',
    },
  ];
}

export function isShared({ heard }: Pick<Answered, 'heard'>): boolean {
  return heard.some(({ kind }) => kind === 'two-answers') || heard.filter(isDoubtful).length >= DOUBTS_TO_BELIEVE;
}

function sharedAddress(
  record: PortRecord,
  { unit, serial }: { unit: number; serial: SerialSettings },
  how: string,
): ScanFinding {
  return {
    kind: 'same-address',
    ...at(record, unit),
    text: `the answers of unit ${unit} at ${serialName(serial)} are ${how}: two drives have the address ${unit}`,
    remedy: `Disconnect one of them, give the other another address (kmotion set-unit ${record.port} ${unit} NEW), connect both again.`,
  };
}

function garbled(record: PortRecord): readonly ScanFinding[] {
  const unclear = record.garbled.filter(({ clearAt }) => clearAt === null);
  const isNoise = unclear.length > MOST_SHARED_ADDRESSES;
  return [
    ...record.garbled.flatMap((one) => (one.clearAt === null ? [] : [wrongParity(record, one, one.clearAt)])),
    ...(isNoise
      ? [noise(record, unclear)]
      : unclear.map((one) => sharedAddress(record, one, 'garbled with every parity'))),
  ];
}

function wrongParity(record: PortRecord, { unit, serial }: Garbled, clearAt: SerialSettings): ScanFinding {
  return {
    kind: 'wrong-serial',
    ...at(record, unit),
    text: `unit ${unit} is garbled at ${serialName(serial)} and clear at ${serialName(clearAt)}: the right speed with the wrong parity`,
    remedy: `Write baudRate: ${clearAt.baudRate}, parity: ${clearAt.parity}, stopBits: ${clearAt.stopBits} for this line.`,
  };
}

function noise(record: PortRecord, unclear: readonly Garbled[]): ScanFinding {
  return {
    kind: 'garbled',
    ...at(record),
    text: `bytes come that make no frame, whoever is asked (units ${unitsInWords([...new Set(unclear.map(({ unit }) => unit))])})`,
    remedy: 'See whether another master is on the line, A and B are swapped, or termination and bias are missing.',
  };
}

function mixedSerial(record: PortRecord): readonly ScanFinding[] {
  const settings = distinct(record.answered.map(({ serial }) => serial));
  if (settings.length < 2) return [];
  const said = settings.map((serial) => {
    const units = record.answered.filter((one) => sameSerial(one.serial, serial)).map(({ unit }) => unit);
    return `${serialName(serial)} (unit ${unitsInWords(units)})`;
  });
  return [
    {
      kind: 'mixed-serial',
      ...at(record),
      text: `drives on ${record.port} speak with different settings: ${said.join(' and ')}`,
      remedy: 'A line has one setting: bring them together with kmotion set-baud, or give them lines of their own.',
    },
  ];
}

export function distinct(settings: readonly SerialSettings[]): readonly SerialSettings[] {
  return settings.filter((serial, index) => settings.findIndex((other) => sameSerial(other, serial)) === index);
}

function silent(record: PortRecord): readonly ScanFinding[] {
  const isSilent = record.answered.length === 0 && record.garbled.length === 0;
  if (!isSilent || !record.isComplete) return [];
  const { askedSettings, askedUnits, port } = record;
  return [
    {
      kind: 'silent-line',
      ...at(record),
      text: `nobody answers on ${port}: units ${unitsInWords(askedUnits)} were asked at ${askedSettings.map(serialName).join(', ')}`,
      remedy:
        'Check that the drive has power and that A and B are not swapped; then ask more: --units 1-247, or --serial with its own setting.',
    },
  ];
}
