import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { LineConfig } from '../../../config/index.ts';
import { listPorts, portHolders, type ListedPort, type PortHolder } from '../../../drivers/transport/index.ts';
import type { PortDescription, PortOwner } from '../../contracts/index.ts';

export interface DescribeOptions {
  /** Lines whose ports count as taken, whether or not their processes live just now. */
  readonly lines?: Iterable<LineConfig> | undefined;
  /** Where `/sys`, `/dev` and `/proc` are. */
  readonly root?: string | undefined;
}

/** A port, and who has it. */
export interface KnownPort {
  readonly listed: ListedPort;
  readonly owner: PortOwner | null;
}

/** Every serial port of this machine with its owner. */
export async function knownPorts({ lines = [], root = '/' }: DescribeOptions = {}): Promise<readonly KnownPort[]> {
  const all = [...lines];
  const listed = await listPorts({ root });
  return listed.map((port) => ({ listed: port, owner: ownerOf(port, { lines: all, root }) }));
}

/** A port by any of its names; one that no list knows, as a pseudo-terminal, by its path alone. */
export async function knownPort(name: string, options: DescribeOptions = {}): Promise<KnownPort> {
  const { lines = [], root = '/' } = options;
  const found = (await knownPorts(options)).find(({ listed }) => isNamed(listed, name, root));
  if (found !== undefined) return found;
  const listed = { ...UNLISTED, path: name };
  return { listed, owner: ownerOf(listed, { lines: [...lines], root }) };
}

const UNLISTED: Omit<ListedPort, 'path'> = {
  byId: null,
  byPath: null,
  vendorId: null,
  productId: null,
  serialNumber: null,
  manufacturer: null,
  product: null,
  driver: null,
  latencyTimerMs: null,
  isConsole: false,
};

export function describePort({ listed, owner }: KnownPort): PortDescription {
  const { latencyTimerMs: _timer, isConsole: _console, ...said } = listed;
  return { ...said, owner };
}

/**
 * The name that leads to the same adapter after every plugging in: by-id where the adapter has a serial number, otherwise
 * the socket in which it sits, because two adapters without one have the same name.
 */
export function stableName({ path, byId, byPath, serialNumber }: ListedPort): string {
  return (serialNumber === null ? (byPath ?? byId) : (byId ?? byPath)) ?? path;
}

function ownerOf(
  port: ListedPort,
  { lines, root }: { readonly lines: readonly LineConfig[]; readonly root: string },
): PortOwner | null {
  if (port.isConsole) return { kind: 'system', name: 'the console of this system' };
  const line = lines.find(({ way }) => isPortOf(way, port, root));
  if (line !== undefined) return { kind: 'line', name: line.id };
  const [holder] = portHolders(port.path, root).filter(({ hasLock }) => hasLock || !isPseudoTerminal(port.path, root));
  return holder === undefined ? null : ownerOfHolder(holder);
}

/** Whoever plays a pseudo-terminal has it open as well: there only a lock tells an owner. */
function isPseudoTerminal(path: string, root: string): boolean {
  return realPath(path, root).includes('/dev/pts/');
}

function ownerOfHolder({ command, program, processId }: PortHolder): PortOwner {
  const line = /\bdevice\b.*--line[ =](\S+)/.exec(command)?.[1];
  if (line !== undefined) return { kind: 'line', name: line };
  return { kind: 'program', name: `${program} (process ${processId})` };
}

/** Whether a line of the site file means this port. */
export function isPortOf(way: LineConfig['way'], port: ListedPort, root = '/'): boolean {
  if (way.kind === 'simulated') return isNamed(port, way.ptyPath, root);
  if (way.kind !== 'serial') return false;
  if ('path' in way.port) return isNamed(port, way.port.path, root);
  const { vendorId, productId, serialNumber } = way.port;
  return (
    same(vendorId, port.vendorId) &&
    same(productId, port.productId) &&
    (serialNumber === null || same(serialNumber, port.serialNumber))
  );
}

function isNamed({ path, byId, byPath }: ListedPort, name: string, root: string): boolean {
  return [path, byId, byPath].includes(name) || realPath(path, root) === realPath(name, root);
}

const same = (a: string, b: string | null): boolean => a.toLowerCase() === b?.toLowerCase();

function realPath(path: string, root: string): string {
  try {
    return realpathSync(join(root, path));
  } catch {
    return path;
  }
}
