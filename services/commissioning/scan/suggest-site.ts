import { basename } from 'node:path';
import { channelNames } from '../../../drivers/profile/index.ts';
import type { SerialSettings } from '../../contracts/index.ts';
import type { Answered, PortRecord } from './port-record.ts';
import { sameSerial, serialName } from './serial-choice.ts';
import { distinct, isShared } from './verdicts.ts';

/** A line that a site file could have. */
export interface SuggestedLine {
  readonly id: string;
  readonly port: string;
  readonly serial: SerialSettings;
  readonly drives: readonly SuggestedDrive[];
}

export interface SuggestedDrive {
  readonly id: string;
  readonly unit: number;
  /** Null where no profile knows it. */
  readonly profile: string | null;
  /** What a person must know before it is used. */
  readonly remarks: readonly string[];
  readonly channel: string | null;
}

/**
 * Lines and drives for a site file, one line for each port and setting: of ports on which drives speak with different
 * settings, the setting of most.
 */
export function suggestLines(records: readonly PortRecord[]): readonly SuggestedLine[] {
  const names = new Set<string>();
  return records.flatMap((record, index) => {
    const clear = record.answered.filter((one) => !isShared(one));
    const serial = mostCommon(clear);
    if (serial === null) return [];
    const id = newName(records.length === 1 ? 'line' : `line-${index + 1}`, names);
    const here = clear.filter((one) => sameSerial(one.serial, serial)).toSorted((a, b) => a.unit - b.unit);
    return [{ id, port: record.port, serial, drives: here.flatMap((one) => drivesOf(one, id, names)) }];
  });
}

function mostCommon(answered: readonly Answered[]): SerialSettings | null {
  const counted = distinct(answered.map(({ serial }) => serial)).map((serial) => ({
    serial,
    count: answered.filter((one) => sameSerial(one.serial, serial)).length,
  }));
  return counted.toSorted((a, b) => b.count - a.count)[0]?.serial ?? null;
}

function drivesOf({ unit, match }: Answered, line: string, names: Set<string>): readonly SuggestedDrive[] {
  const { profile } = match;
  const channels = profile === null ? [] : channelNames(profile);
  const base = line === 'line' ? 'drive' : `${line}-drive`;
  return (channels.length === 0 ? [null] : channels).map((channel) => ({
    id: newName(`${base}-${unit}${channel === null ? '' : `-${channel}`}`, names),
    unit,
    profile: profile?.id ?? null,
    remarks: remarksOn(match),
    channel,
  }));
}

function remarksOn({ profile, isProven, alsoPossible }: Answered['match']): readonly string[] {
  if (profile === null) return ['no profile knows it: write one, or name the profile of its family'];
  const others = alsoPossible.map(({ id }) => id).join(', ');
  return [
    ...(isProven
      ? []
      : [`its registers fit ${profile.id}, nothing proves it${others === '' ? '' : `; also possible: ${others}`}`]),
    ...(profile.placeholder ? ['a placeholder map: it moves only with acceptPlaceholder: true'] : []),
  ];
}

function newName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let number = 2; taken.has(name); number++) name = `${wanted}-${number}`;
  taken.add(name);
  return name;
}

/** One motor turn, slowly: a beginning that breaks nothing, to be replaced by what the mechanics are. */
const FIRST_AXIS = '{ unit: rev, travelPerRevolution: 1, range: [0, 1], maxVelocity: 0.5, maxAcceleration: 1 }';

/** The same as text to paste; null when there is nothing to say. */
export function suggestSite(records: readonly PortRecord[], lines: readonly SuggestedLine[]): string | null {
  if (lines.length === 0) return null;
  return [
    'lines:',
    ...lines.map(lineText),
    'drives:',
    ...lines.flatMap((line) => line.drives.map((drive) => driveText(line.id, drive))),
    ...elsewhere(records, lines),
    '',
  ].join('\n');
}

export const lineText = ({ id, port, serial }: SuggestedLine): string =>
  `  ${id}: { serial: ${port}, baudRate: ${serial.baudRate}, parity: ${serial.parity}, stopBits: ${serial.stopBits} }`;

export function driveText(line: string, { id, unit, profile, remarks, channel }: SuggestedDrive): string {
  const text = [
    `  ${id}:`,
    `    line: ${line}`,
    `    unit: ${unit}`,
    ...(channel === null ? [] : [`    channel: ${channel}`]),
    `    profile: ${profile ?? 'UNKNOWN'}`,
    `    axis: ${FIRST_AXIS} # one motor turn; measure the rest: kmotion teach ${id}`,
  ];
  const said = remarks.map((remark) => `  # ${remark}`);
  // no site file may hold a drive without a profile
  return [...said, ...(profile === null ? text.map((line_) => `  #${line_.slice(1)}`) : text)].join('\n');
}

/** Drives of the same port that speak with another setting stand as comments: a line has one. */
function elsewhere(records: readonly PortRecord[], lines: readonly SuggestedLine[]): readonly string[] {
  return records.flatMap(({ port, answered }) => {
    const line = lines.find((one) => one.port === port);
    return answered
      .filter(({ serial }) => line !== undefined && !sameSerial(serial, line.serial))
      .map(
        ({ unit, serial, match }) =>
          `  # ${match.profile?.id ?? 'something'} at unit ${unit} of ${basename(port)} speaks ${serialName(serial)}: kmotion set-baud brings it to the others`,
      );
  });
}
