import type { FoundDrive, ScanEvent, ScanFinding, ScanProgress, ScanReport } from '../contracts/index.ts';
import { serialName } from '../commissioning/index.ts';

/** `8 s`, `2 min 05 s` */
export function inWords(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

const BAR = 24;

/** One line that is drawn over itself. */
export function progressText(progress: ScanProgress, found: number): string {
  const { asked, planned, elapsedMs, remainingMs, estimateMs } = progress;
  const share = planned === 0 ? 1 : asked / planned;
  const filled = Math.round(share * BAR);
  const bar = `${'#'.repeat(filled)}${'.'.repeat(BAR - filled)}`;
  const percent = `${Math.floor(share * 100)}`.padStart(3);
  return `[${bar}] ${percent} %  ${inWords(elapsedMs)} of about ${inWords(estimateMs)}, ${inWords(remainingMs)} left, ${found} found`;
}

export function beginText({ ports, progress }: Extract<ScanEvent, { event: 'begins' }>): string {
  if (ports.length === 0) return 'There is no port to search on.';
  const time = inWords(progress.estimateMs);
  return `Searching on ${ports.join(', ')}: ${progress.planned} questions, about ${time}. Only reads. Ctrl-C ends it and keeps what was found.`;
}

export function foundText({ port, serial, unit, profile, alsoPossible, identity }: FoundDrive): string {
  const place = `${port}  ${serialName(serial)}  unit ${unit}`;
  if (profile === null) return `+ ${place}  speaks Modbus; no profile knows it`;
  const certainty = profile.proven ? '' : ` (nothing proves it${alsoPossible.map((id) => `, or ${id}`).join('')})`;
  const firmware = identity?.firmware == null ? '' : `, firmware ${identity.firmware}`;
  const serialNumber = identity?.serialNumber == null ? '' : `, serial number ${identity.serialNumber}`;
  return `+ ${place}  ${profile.id}${certainty}${firmware}${serialNumber}`;
}

export const findingText = ({ text, remedy }: ScanFinding): string => `! ${text}\n  ${remedy}`;

export function endText({ complete, drives }: ScanReport, { elapsedMs, estimateMs }: ScanProgress): string {
  const count = drives.length === 1 ? '1 drive' : `${drives.length} drives`;
  const time = `${(elapsedMs / 1000).toFixed(1)} s (estimated ${(estimateMs / 1000).toFixed(1)} s)`;
  return complete ? `${count} found in ${time}.` : `Interrupted: ${count} found in ${time}.`;
}

/** Whether somebody must do something before this line can be used. */
export function mustBeMended({ drives, findings, complete }: ScanReport): boolean {
  return !complete || drives.length === 0 || findings.some(({ kind }) => kind !== 'echo' && kind !== 'port-taken');
}
