import { accessSync, constants, readFileSync, readdirSync, statSync, type Stats } from 'node:fs';
import { DriverError } from '../base/index.ts';

const BY_ID = '/dev/serial/by-id';

/** Why a serial device could not be opened and what to do about it, in one sentence. */
export function serialRefusal(path: string, cause: unknown): DriverError {
  return new DriverError('PORT_UNAVAILABLE', sentence(path, cause), { cause });
}

function sentence(path: string, cause: unknown): string {
  const device = statSync(path, { throwIfNoEntry: false });
  if (device === undefined) return `there is no device ${path}; ${connectedAdapters()}`;
  if (!device.isCharacterDevice()) return `${path} is not a serial device; ${connectedAdapters()}`;
  if (!isAllowed(path)) return `no permission to open ${path}; ${permissionAdvice(device)}`;
  const reason = cause instanceof Error ? cause.message : String(cause);
  if (/lock/i.test(reason))
    return `${path} is in use by ${holderOf(device)}; stop that program or choose another device`;
  return `${path} could not be opened: ${reason.replace(/^Error:?\s*/, '')}; check the device and its settings`;
}

function connectedAdapters(): string {
  const names = listed(BY_ID);
  if (names.length === 0) return `no serial adapter is connected (${BY_ID} is empty)`;
  return `connected: ${names.map((name) => `${BY_ID}/${name}`).join(', ')}`;
}

function listed(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isAllowed(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function permissionAdvice(device: Stats): string {
  const group = textOf('/etc/group')
    .split('\n')
    .map((line) => line.split(':'))
    .find((fields) => fields[2] === String(device.gid))?.[0];
  if (group === undefined || group === 'root')
    return `only ${device.uid === 0 ? 'root' : `user ${device.uid}`} may open it`;
  return `it belongs to the group ${group}: run "sudo usermod -aG ${group} $USER" and log in again`;
}

/** The program that holds the lock: /proc/locks names process and file as MAJOR:MINOR:INODE, see proc(5). */
function holderOf(device: Stats): string {
  const row = textOf('/proc/locks')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find((fields) => fields[1] === 'FLOCK' && fields[5]?.endsWith(`:${device.ino}`));
  const processId = row?.[4];
  if (processId === undefined || processId === '-1') return 'another program';
  const program = textOf(`/proc/${processId}/comm`).trim();
  return program === '' ? `process ${processId}` : `${program} (process ${processId})`;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
