import { existsSync, readFileSync, readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A program that has a device. */
export interface PortHolder {
  readonly processId: number;
  /** Its name as `ps` shows it. */
  readonly program: string;
  /** The whole command line, for telling one `node` from another. */
  readonly command: string;
  /** It has locked the device; whoever plays a pseudo-terminal only holds it open. */
  readonly hasLock: boolean;
}

const LOCK_FOLDERS = ['run/lock', 'var/lock'];

/**
 * Who has the device: looks at the open files of every process, at the locks of the kernel, which everybody may read, and
 * at the lock files of older programs. This process itself is left out.
 */
export function portHolders(path: string, root = '/'): readonly PortHolder[] {
  const device = realPath(root, path);
  const locking = new Set([...lockOwners(device, root), ...lockFileOwners(device, root)]);
  const holding = numbersIn(join(root, 'proc')).filter((id) => hasOpen(join(root, 'proc', String(id), 'fd'), device));
  return [...new Set([...locking, ...holding])]
    .filter((processId) => processId !== process.pid)
    .map((processId) => ({ ...describe(processId, root), hasLock: locking.has(processId) }));
}

function realPath(root: string, path: string): string {
  try {
    const real = realpathSync(join(root, path));
    return root === '/' ? real : real.slice(realpathSync(root).length);
  } catch {
    return path;
  }
}

function hasOpen(folder: string, device: string): boolean {
  return numbersIn(folder).some((descriptor) => {
    try {
      return readlinkSync(join(folder, String(descriptor))) === device;
    } catch {
      return false;
    }
  });
}

/** /proc/locks names process and file as MAJOR:MINOR:INODE, see proc(5); -1 is a process of another namespace. */
function lockOwners(device: string, root: string): readonly number[] {
  const found = statSync(join(root, device), { throwIfNoEntry: false });
  if (found === undefined) return [];
  return textOf(join(root, 'proc/locks'))
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1] === 'FLOCK' && fields[5]?.endsWith(`:${found.ino}`))
    .map((fields) => Number(fields[4]))
    .filter((processId) => processId > 0);
}

/** `LCK..ttyUSB0` holds the process's number (Filesystem Hierarchy Standard 3.0, 5.9); a dead one's counts for nothing. */
function lockFileOwners(device: string, root: string): readonly number[] {
  return LOCK_FOLDERS.map((folder) => textOf(join(root, folder, `LCK..${basename(device)}`)).trim())
    .map((text) => (/^\d+/.test(text) ? Number.parseInt(text, 10) : 0))
    .filter((processId) => processId > 0 && existsSync(join(root, 'proc', String(processId))));
}

function describe(processId: number, root: string): Omit<PortHolder, 'hasLock'> {
  const folder = join(root, 'proc', String(processId));
  const program = textOf(join(folder, 'comm')).trim();
  const command = textOf(join(folder, 'cmdline')).split('\0').join(' ').trim();
  return { processId, program: program === '' ? 'a process' : program, command };
}

function numbersIn(folder: string): readonly number[] {
  try {
    return readdirSync(folder).map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
