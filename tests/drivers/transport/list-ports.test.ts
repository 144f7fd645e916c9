import { afterEach, beforeEach, expect, test } from 'vitest';
import { listPorts, portHolders } from '../../../drivers/transport/index.ts';
import { ch340, createMachineFolder, ftdi, type MachineFolder } from '../../support/machine-folder.ts';

let machine: MachineFolder;
beforeEach(() => (machine = createMachineFolder()));
afterEach(() => machine.remove());

const list = async (): ReturnType<typeof listPorts> => listPorts({ root: machine.root, platform: 'linux' });

test('an adapter is listed with every name it has and what it says of itself', async () => {
  machine.plugIn(ftdi);

  expect(await list()).toEqual([
    {
      path: '/dev/ttyUSB0',
      byId: '/dev/serial/by-id/usb-FTDI_FT232R_USB_UART_A10K1Z-if00-port0',
      byPath: '/dev/serial/by-path/pci-0000:00:14.0-usb-0:2:1.0-port0',
      vendorId: '0403',
      productId: '6001',
      serialNumber: 'A10K1Z',
      manufacturer: 'FTDI',
      product: 'FT232R USB UART',
      driver: 'ftdi_sio',
      latencyTimerMs: 16,
      isConsole: false,
    },
  ]);
});

test('what an adapter does not say is null, and ports are in the order of their numbers', async () => {
  for (const tty of ['ttyUSB10', 'ttyUSB9']) machine.plugIn({ ...ch340, tty, socket: tty, byId: `id-${tty}` });

  const ports = await list();

  expect(ports.map(({ path }) => path)).toEqual(['/dev/ttyUSB9', '/dev/ttyUSB10']);
  expect(ports[0]).toMatchObject({ serialNumber: null, manufacturer: null, latencyTimerMs: null });
});

test('virtual terminals and UART chips that are not there are no ports; a console is one, and told apart', async () => {
  machine.file('/sys/class/tty/tty1/dev', '4:1');
  for (const [name, type, console] of [
    ['ttyS0', '4', 'Y'],
    ['ttyS1', '0', 'N'],
  ] as const) {
    machine.file(`/sys/devices/pnp0/00:00/${name}/uevent`, '');
    machine.link(`/sys/class/tty/${name}/device`, `/sys/devices/pnp0/00:00/${name}`);
    machine.file(`/sys/class/tty/${name}/type`, `${type}\n`);
    machine.file(`/sys/class/tty/${name}/console`, `${console}\n`);
  }

  expect(await list()).toMatchObject([{ path: '/dev/ttyS0', vendorId: null, isConsole: true }]);
});

test('without /sys the names under /dev/serial are left', async () => {
  machine.link('/dev/serial/by-id/usb-FTDI_A', '/dev/ttyUSB3');
  machine.link('/dev/serial/by-path/pci-0-usb-0:2:1.0', '/dev/ttyUSB3');

  expect(await list()).toMatchObject([
    {
      path: '/dev/ttyUSB3',
      byId: '/dev/serial/by-id/usb-FTDI_A',
      byPath: '/dev/serial/by-path/pci-0-usb-0:2:1.0',
      driver: null,
    },
  ]);
});

test('a machine without any port has an empty list, no error', async () => {
  expect(await list()).toEqual([]);
});

test('a program that has the device open is named, through any of its names and without a lock', () => {
  machine.plugIn(ftdi);
  machine.file('/proc/4711/comm', 'minicom\n');
  machine.file('/proc/4711/cmdline', 'minicom\0-D\0/dev/ttyUSB0\0');
  machine.file('/proc/4711/fd/.keep', '');
  machine.absoluteLink('/proc/4711/fd/5', '/dev/ttyUSB0');
  machine.file('/proc/4712/fd/.keep', '');
  machine.absoluteLink('/proc/4712/fd/5', '/dev/ttyUSB1');

  const expected = [{ processId: 4711, program: 'minicom', command: 'minicom -D /dev/ttyUSB0', hasLock: false }];
  expect(portHolders('/dev/ttyUSB0', machine.root)).toEqual(expected);
  expect(portHolders(`/dev/serial/by-id/${ftdi.byId}`, machine.root)).toEqual(expected);
});

test('a lock file of a living process counts, that of a dead one does not', () => {
  machine.plugIn(ftdi);
  machine.file('/proc/4711/comm', 'pppd\n');
  machine.file('/run/lock/LCK..ttyUSB0', '      4711\n');
  machine.file('/run/lock/LCK..ttyUSB1', '4799\n');

  expect(portHolders('/dev/ttyUSB0', machine.root)).toMatchObject([
    { processId: 4711, program: 'pppd', hasLock: true },
  ]);
  expect(portHolders('/dev/ttyUSB1', machine.root)).toEqual([]);
});
