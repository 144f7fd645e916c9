import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LineConfig } from '../../../config/index.ts';
import { systemClock } from '../../../drivers/base/index.ts';
import { describePort, knownPort, knownPorts, planTasks, stableName } from '../../../services/commissioning/index.ts';
import { portsText } from '../../../services/cli/commands/ports.ts';
import { ch340, createMachineFolder, ftdi, type MachineFolder } from '../../support/machine-folder.ts';
import { reference } from './scan-bench.ts';

let machine: MachineFolder;
beforeEach(() => {
  machine = createMachineFolder();
  machine.plugIn(ftdi);
  machine.plugIn(ch340);
});
afterEach(() => machine.remove());

const BY_ID = `/dev/serial/by-id/${ftdi.byId}`;
const line = (port: object): LineConfig => ({
  id: 'lift',
  way: { kind: 'serial', port } as LineConfig['way'],
  serial: { baudRate: 9600, parity: 'none', stopBits: 1 },
  httpPort: 0,
});
const held = (command: string): void => {
  machine.file('/proc/4711/comm', 'node\n');
  machine.file('/proc/4711/cmdline', command.replaceAll(' ', '\0'));
  machine.file('/proc/4711/fd/.keep', '');
  machine.absoluteLink('/proc/4711/fd/21', '/dev/ttyUSB0');
};
const owners = async (lines: readonly LineConfig[] = []): Promise<unknown[]> =>
  (await knownPorts({ root: machine.root, lines })).map(({ owner }) => owner);

test('a port that nobody has is free', async () => {
  expect(await owners()).toEqual([null, null]);
});

test('a device process that has a port is known by its line, any other program by its name and number', async () => {
  held('/usr/bin/node /opt/kmotion/dist/services/cli/main.js device /etc/site.yaml --line lift');
  expect(await owners()).toEqual([{ kind: 'line', name: 'lift' }, null]);
});

test('another program is known by its name and number', async () => {
  held('node logger.js');
  expect(await owners()).toEqual([{ kind: 'program', name: 'node (process 4711)' }, null]);
});

test('the port of a line of the site is taken by whatever name the file calls it, also while no process has it', async () => {
  const names = [
    { path: BY_ID },
    { path: '/dev/ttyUSB0' },
    { vendorId: '0403', productId: '6001', serialNumber: null },
  ];
  for (const name of names) expect(await owners([line(name)])).toEqual([{ kind: 'line', name: 'lift' }, null]);
});

test('the name that stays is by-id for an adapter with a serial number, the socket for one without', async () => {
  const ports = await knownPorts({ root: machine.root });

  expect(ports.map(({ listed }) => stableName(listed))).toEqual([BY_ID, `/dev/serial/by-path/${ch340.byPath}`]);
});

test('a scan leaves a port alone that somebody has, and says whose it is', async () => {
  const request = { ports: [BY_ID, '/dev/ttyUSB1'] };
  const shared = { request, profiles: [reference], site: null, clock: systemClock, root: machine.root };

  const { tasks, leftOut } = await planTasks({ ...shared, lines: [line({ path: BY_ID })] });

  expect(tasks.map(({ port }) => port)).toEqual([`/dev/serial/by-path/${ch340.byPath}`]);
  expect(leftOut).toMatchObject([
    { kind: 'port-taken', port: BY_ID, text: '/dev/ttyUSB0 belongs to line lift and was not asked' },
  ]);
});

test('time-outs follow the adapter: its latency timer where it says one', async () => {
  const shared = { profiles: [reference], site: null, clock: systemClock, root: machine.root };

  const { tasks } = await planTasks({ ...shared, request: {} });

  expect(tasks.map(({ pace }) => pace.adapterLatencyMs)).toEqual([20, 20]);
  machine.file('/sys/class/tty/ttyUSB0/device/latency_timer', '1\n');
  expect((await planTasks({ ...shared, request: {} })).tasks[0]?.pace).toEqual({ adapterLatencyMs: 5 });
});

test('a person reads every name of a port, what it is and whose it is', async () => {
  const text = portsText((await knownPorts({ root: machine.root, lines: [line({ path: BY_ID })] })).map(describePort));

  expect(text.split('\n')).toEqual([
    '/dev/ttyUSB0  FTDI  FT232R USB UART  0403:6001  ftdi_sio  serial number A10K1Z  taken by line lift',
    `    ${BY_ID}`,
    `    /dev/serial/by-path/${ftdi.byPath}`,
    '/dev/ttyUSB1  USB Serial  1a86:7523  ch341-uart  free',
    `    /dev/serial/by-id/${ch340.byId}`,
    `    /dev/serial/by-path/${ch340.byPath}`,
  ]);
});

test('a path that no list knows is a port of its own, as a pseudo-terminal', async () => {
  expect(await knownPort('/dev/pts/77', { root: machine.root })).toMatchObject({
    listed: { path: '/dev/pts/77', driver: null },
    owner: null,
  });
});
