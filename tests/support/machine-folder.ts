import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

/** What a USB adapter says of itself, and what the kernel makes of it. */
export interface Adapter {
  readonly tty: string;
  readonly vendorId: string;
  readonly productId: string;
  readonly serial?: string;
  readonly manufacturer?: string;
  readonly product?: string;
  readonly driver: string;
  readonly latencyTimer?: number;
  /** Bus and socket, as `1-2`. */
  readonly socket: string;
  readonly byId?: string;
  readonly byPath?: string;
}

/** The likeness of a Linux machine in a temporary folder: `/sys`, `/dev`, `/proc`, `/etc`, as far as somebody reads them. */
export interface MachineFolder {
  readonly root: string;
  file(path: string, text: string): void;
  /** A link at `path` whose target is given as seen from `/`. */
  link(path: string, target: string): void;
  /** A link with exactly that target, as the kernel shows them in /proc. */
  absoluteLink(path: string, target: string): void;
  plugIn(adapter: Adapter): void;
  remove(): void;
}

export function createMachineFolder(): MachineFolder {
  const root = mkdtempSync(join(tmpdir(), 'kmotion-machine-'));
  const at = (path: string): string => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    return join(root, path);
  };
  const file = (path: string, text: string): void => writeFileSync(at(path), text);
  // the last one wins, as with udev
  const link = (path: string, target: string): void => {
    rmSync(at(path), { force: true });
    symlinkSync(relative(dirname(join('/', path)), target), at(path));
  };

  const absoluteLink = (path: string, target: string): void => symlinkSync(target, at(path));

  function plugIn(adapter: Adapter): void {
    const { tty, socket, driver } = adapter;
    const device = `/sys/devices/pci0000:00/usb1/${socket}`;
    const port = `${device}/${socket}:1.0/${tty}`;
    const say = (name: string, text: string | undefined): void => {
      if (text !== undefined) file(`${device}/${name}`, `${text}\n`);
    };
    say('idVendor', adapter.vendorId);
    say('idProduct', adapter.productId);
    say('serial', adapter.serial);
    say('manufacturer', adapter.manufacturer);
    say('product', adapter.product);
    file(`${port}/tty/${tty}/dev`, '188:0\n');
    file(`/sys/bus/usb-serial/drivers/${driver}/module`, '');
    link(`${port}/driver`, `/sys/bus/usb-serial/drivers/${driver}`);
    link(`${port}/tty/${tty}/device`, port);
    if (adapter.latencyTimer !== undefined) file(`${port}/latency_timer`, `${adapter.latencyTimer}\n`);
    link(`/sys/class/tty/${tty}`, `${port}/tty/${tty}`);
    file(`/dev/${tty}`, '');
    if (adapter.byId !== undefined) link(`/dev/serial/by-id/${adapter.byId}`, `/dev/${tty}`);
    if (adapter.byPath !== undefined) link(`/dev/serial/by-path/${adapter.byPath}`, `/dev/${tty}`);
  }

  return { root, file, link, absoluteLink, plugIn, remove: () => rmSync(root, { recursive: true, force: true }) };
}

/** Adapters as they are sold. */
export const ftdi: Adapter = {
  tty: 'ttyUSB0',
  vendorId: '0403',
  productId: '6001',
  serial: 'A10K1Z',
  manufacturer: 'FTDI',
  product: 'FT232R USB UART',
  driver: 'ftdi_sio',
  latencyTimer: 16,
  socket: '1-2',
  byId: 'usb-FTDI_FT232R_USB_UART_A10K1Z-if00-port0',
  byPath: 'pci-0000:00:14.0-usb-0:2:1.0-port0',
};
export const ch340: Adapter = {
  tty: 'ttyUSB1',
  vendorId: '1a86',
  productId: '7523',
  product: 'USB Serial',
  driver: 'ch341-uart',
  socket: '1-3',
  byId: 'usb-1a86_USB_Serial-if00-port0',
  byPath: 'pci-0000:00:14.0-usb-0:3:1.0-port0',
};
