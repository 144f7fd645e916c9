import { readFileSync, readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { SerialPort } from 'serialport';

/** A serial port of this machine and what its adapter says of itself; null where nobody knows. */
export interface ListedPort {
  /** `/dev/ttyUSB0`; may be another one after the next plugging in. */
  readonly path: string;
  /** Names that stay: by what the adapter is, and by the socket in which it sits. */
  readonly byId: string | null;
  readonly byPath: string | null;
  /** Four hexadecimal digits each. */
  readonly vendorId: string | null;
  readonly productId: string | null;
  readonly serialNumber: string | null;
  readonly manufacturer: string | null;
  readonly product: string | null;
  /** Of the kernel: `ftdi_sio`, `ch341`, `cp210x`, `cdc_acm`. */
  readonly driver: string | null;
  /** How long the adapter gathers short answers before it hands them on; only FTDI has it. */
  readonly latencyTimerMs: number | null;
  /** The operating system itself talks on it. */
  readonly isConsole: boolean;
}

interface ListOptions {
  /** Where `/sys` and `/dev` are; a folder of their likeness in tests. */
  readonly root?: string | undefined;
  readonly platform?: NodeJS.Platform | undefined;
}

/**
 * Every serial port. On Linux out of `/sys` and `/dev/serial`, which containers have as well, where `SerialPort.list()`
 * needs the program udevadm and rejects without it.
 */
export async function listPorts({ root = '/', platform = process.platform }: ListOptions = {}): Promise<
  readonly ListedPort[]
> {
  const found = platform === 'linux' ? portsOfKernel(root) : await portsOfLibrary();
  return found.toSorted((a, b) => a.path.localeCompare(b.path, 'en', { numeric: true }));
}

function portsOfKernel(root: string): readonly ListedPort[] {
  const links = { byId: linksIn(root, 'dev/serial/by-id'), byPath: linksIn(root, 'dev/serial/by-path') };
  const ofClass = entries(join(root, 'sys/class/tty')).flatMap((name) => portOfClass(name, { root, links }));
  const known = new Set(ofClass.map(({ path }) => path));
  // without /sys the names alone are left
  const onlyLinked = [...new Set([...links.byId.keys(), ...links.byPath.keys()])].filter((path) => !known.has(path));
  return [...ofClass, ...onlyLinked.map((path) => ({ ...NOTHING_KNOWN, ...namesOf(path, links), path }))];
}

type Links = Readonly<Record<'byId' | 'byPath', ReadonlyMap<string, string>>>;

const NOTHING_KNOWN: Omit<ListedPort, 'path' | 'byId' | 'byPath'> = {
  vendorId: null,
  productId: null,
  serialNumber: null,
  manufacturer: null,
  product: null,
  driver: null,
  latencyTimerMs: null,
  isConsole: false,
};

/** Of a UART chip that was configured but is not there (serial_core.h, PORT_UNKNOWN). */
const NO_CHIP = '0';

function portOfClass(name: string, { root, links }: { root: string; links: Links }): readonly ListedPort[] {
  const folder = join(root, 'sys/class/tty', name);
  const device = realPath(join(folder, 'device'));
  // a virtual terminal has no device behind it
  if (device === null || textOf(join(folder, 'type')) === NO_CHIP) return [];
  const path = `/dev/${name}`;
  const usb = usbDeviceAbove(device, root);
  const say = (file: string): string | null => (usb === null ? null : textOf(join(usb, file)));
  const latencyTimer = textOf(join(device, 'latency_timer'));
  return [
    {
      path,
      ...namesOf(path, links),
      vendorId: say('idVendor'),
      productId: say('idProduct'),
      serialNumber: say('serial'),
      manufacturer: say('manufacturer'),
      product: say('product'),
      driver: linkName(join(device, 'driver')),
      latencyTimerMs: latencyTimer === null ? null : Number(latencyTimer),
      isConsole: textOf(join(folder, 'console')) === 'Y',
    },
  ];
}

const namesOf = (path: string, { byId, byPath }: Links): Pick<ListedPort, 'byId' | 'byPath'> => ({
  byId: byId.get(path) ?? null,
  byPath: byPath.get(path) ?? null,
});

/** From the interface of a USB device up to the device itself, which has the names. */
function usbDeviceAbove(device: string, root: string): string | null {
  const top = resolve(root, 'sys');
  for (let folder = device; folder.startsWith(top) && folder !== top; folder = dirname(folder)) {
    if (textOf(join(folder, 'idVendor')) !== null) return folder;
  }
  return null;
}

/** Device path to the name that leads to it, as seen from `/`. */
function linksIn(root: string, folder: string): ReadonlyMap<string, string> {
  return new Map(
    entries(join(root, folder)).flatMap((name) => {
      const target = linkName(join(root, folder, name));
      return target === null ? [] : [[`/dev/${target}`, `/${folder}/${name}`] as const];
    }),
  );
}

function linkName(path: string): string | null {
  try {
    return basename(readlinkSync(path));
  } catch {
    return null;
  }
}

function realPath(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

function entries(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Null for a file that is missing, unreadable or empty. */
function textOf(path: string): string | null {
  try {
    const text = readFileSync(path, 'utf8').trim();
    return text === '' ? null : text;
  } catch {
    return null;
  }
}

async function portsOfLibrary(): Promise<readonly ListedPort[]> {
  const found = await SerialPort.list();
  return found.map(({ path, vendorId, productId, serialNumber, manufacturer }) => ({
    ...NOTHING_KNOWN,
    path,
    byId: null,
    byPath: null,
    vendorId: vendorId ?? null,
    productId: productId ?? null,
    serialNumber: serialNumber ?? null,
    manufacturer: manufacturer ?? null,
  }));
}
