import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseSite, type Site } from '../../../config/index.ts';
import { DriverError, systemClock } from '../../../drivers/base/index.ts';
import { doctorText } from '../../../services/cli/commands/doctor.ts';
import { examine, type DoctorFinding, type Machine } from '../../../services/commissioning/index.ts';
import { checkEcho } from '../../../services/commissioning/doctor/echo-check.ts';
import type { OpenPort } from '../../../drivers/transport/index.ts';
import { openMemoryWire } from '../../../simulator/index.ts';
import { startBroker } from '../../../services/broker/process.ts';
import { createLogger } from '../../../services/platform/process/index.ts';
import { ch340, createMachineFolder, ftdi, type MachineFolder } from '../../support/machine-folder.ts';
import { at, createWireBench } from './scan-bench.ts';

let folder: MachineFolder;
const ends: (() => unknown)[] = [];
beforeEach(() => {
  folder = createMachineFolder();
  ends.push(() => folder.remove());
});
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

const healthy = (): Machine => ({
  root: folder.root,
  nodeVersion: '20.19.1',
  userName: 'ada',
  mayOpen: () => true,
  run: (program) => Promise.resolve(program === 'timedatectl' ? 'yes\n' : null),
  freeBytes: () => Promise.resolve(50_000_000_000),
  mayWrite: () => true,
});
const look = async (machine: Partial<Machine> = {}, site: Site | null = null): Promise<readonly DoctorFinding[]> =>
  examine({ site, machine: { ...healthy(), ...machine }, platform: 'linux', clock: systemClock, open: () => closed });
/** No test may speak on a port of the machine it runs on. */
const closed: OpenPort = () => Promise.reject(new DriverError('PORT_UNAVAILABLE', 'not in a test'));
const of = (findings: readonly DoctorFinding[], check: string): DoctorFinding | undefined =>
  findings.find((finding) => finding.check === check);

const run = (answers: Record<string, string>) => (program: string) => Promise.resolve(answers[program] ?? null);

function siteWith(settings: string, serial = '/dev/ttyUSB0'): Site {
  const text = `site: trial
${settings}
lines:
  lift: { serial: ${serial}, baudRate: 9600 }
drives:
  left:
    line: lift
    unit: 1
    profile: kpower-reference
    axis: { unit: mm, travelPerRevolution: 5, range: [0, 400], maxVelocity: 50, maxAcceleration: 200 }
`;
  return parseSite(text, { file: '/etc/site.yaml', environment: {} });
}

describe('the machine', () => {
  test('in order has nothing to mend', async () => {
    folder.plugIn({ ...ftdi, latencyTimer: 1 });

    const findings = await look();

    expect(findings.filter(({ state }) => state !== 'good')).toEqual([]);
    expect(doctorText(findings).split('\n').at(-1)).toBe('Nothing must be mended.');
  });

  test('with a Node that is too old is told which is needed', async () => {
    expect(of(await look({ nodeVersion: '20.18.9' }), 'node')).toMatchObject({ state: 'mend' });
    expect(of(await look({ nodeVersion: '24.0.0' }), 'node')).toMatchObject({ state: 'good' });
  });

  test('whose clock runs free is given the command; where nobody can tell it is unknown, not good', async () => {
    expect(of(await look({ run: run({ timedatectl: 'no\n' }) }), 'clock')).toMatchObject({
      state: 'mend',
      remedy: 'sudo timedatectl set-ntp true',
    });
    expect(
      of(await look({ run: run({ timedatectl: 'no', chronyc: 'A29FC801,162.159.200.1,4,1.0,Normal' }) }), 'clock'),
    ).toMatchObject({ state: 'good' });
    expect(of(await look({ run: run({}) }), 'clock')).toMatchObject({ state: 'unknown' });
    folder.file('/run/systemd/timesync/synchronized', '');
    expect(of(await look({ run: run({}) }), 'clock')).toMatchObject({ state: 'good' });
  });
});

describe('a port', () => {
  test('that this user may not open: the group is named, and the command that lets him in', async () => {
    folder.plugIn(ftdi);
    folder.file('/etc/group', `root:x:4242:\ndialout:x:${process.getgid?.() ?? 0}:\n`);

    const found = of(await look({ mayOpen: () => false }), 'rights');

    expect(found).toEqual({
      check: 'rights',
      state: 'mend',
      text: 'ada may not open /dev/ttyUSB0: it belongs to the group dialout',
      remedy: 'sudo usermod -aG dialout ada   # then log in again',
    });
  });

  test('that another program holds: the program is named', async () => {
    folder.plugIn(ftdi);
    folder.file('/proc/4711/comm', 'ModemManager\n');
    folder.file('/proc/4711/fd/.keep', '');
    folder.absoluteLink('/proc/4711/fd/9', '/dev/ttyUSB0');

    expect(of(await look(), 'holder')).toMatchObject({
      state: 'mend',
      text: '/dev/ttyUSB0 is held by ModemManager (process 4711)',
    });
  });

  test('whose FTDI adapter waits 16 ms: the udev rule is printed', async () => {
    folder.plugIn(ftdi);

    const found = of(await look(), 'latency');

    expect(found?.text).toBe(
      'the adapter at /dev/ttyUSB0 keeps short answers for 16 ms: about 62 questions a second at most',
    );
    expect(found?.remedy).toContain(
      'ACTION=="add", SUBSYSTEM=="usb-serial", DRIVER=="ftdi_sio", ATTR{latency_timer}="1"',
    );
  });

  test('beside another of the same kind without serial numbers: by-path names are given for both', async () => {
    folder.plugIn(ch340);
    folder.plugIn({ ...ch340, tty: 'ttyUSB2', socket: '1-4', byPath: 'pci-0000:00:14.0-usb-0:4:1.0-port0' });

    const found = of(await look(), 'names');

    expect(found).toMatchObject({ state: 'mend' });
    expect(found?.text).toContain('2 adapters are called the same (1a86:7523)');
    expect(found?.remedy).toContain(`/dev/serial/by-path/${ch340.byPath}`);
    expect(found?.remedy).toContain('/dev/serial/by-path/pci-0000:00:14.0-usb-0:4:1.0-port0');
  });

  test('alone of its kind without a serial number is only worth knowing', async () => {
    folder.plugIn(ch340);

    expect(of(await look(), 'names')).toMatchObject({ state: 'note' });
  });
});

describe('a site', () => {
  test('whose port is not there: what is there is named', async () => {
    folder.plugIn({ ...ftdi, latencyTimer: 1 });

    const findings = await look({}, siteWith('http: { port: 0 }', '/dev/serial/by-id/usb-Other'));

    expect(of(findings, 'line')).toMatchObject({
      state: 'mend',
      text: `line lift names /dev/serial/by-id/usb-Other, which is not there; there are /dev/serial/by-id/${ftdi.byId}`,
    });
  });

  test('that names a port by its changing number is given the name that stays', async () => {
    folder.plugIn({ ...ftdi, latencyTimer: 1 });

    const found = of(await look({ mayOpen: () => false }, siteWith('http: { port: 0 }')), 'line');

    expect(found).toMatchObject({ state: 'note', remedy: `serial: /dev/serial/by-id/${ftdi.byId}` });
  });

  test('whose address is taken: by whom', async () => {
    const server: Server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ends.push(() => server.close());
    const { port } = server.address() as { port: number };
    folder.file(
      '/proc/net/tcp',
      `  sl  local rem st\n   0: 0100007F:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 0A 0 0 0 0 0 7711 1\n`,
    );
    folder.file('/proc/99/comm', 'nginx\n');
    folder.file('/proc/99/fd/.keep', '');
    folder.absoluteLink('/proc/99/fd/6', 'socket:[7711]');

    const findings = await look({}, siteWith(`http: { port: ${port} }\nmqtt: { port: 0 }`));

    expect(of(findings, 'address')).toMatchObject({
      state: 'mend',
      text: `port ${port} of http is taken by nginx (process 99)`,
    });
  });

  test('whose broker answers, and whose broker does not', async () => {
    const logger = createLogger({ name: 'test', level: 'silent' });
    const broker = await startBroker({ host: '127.0.0.1', port: 0, root: 'kmotion', access: { kind: 'open' }, logger });
    const site = siteWith(`http: { port: 0 }\nmqtt: { url: '${broker.url}' }`);

    expect(of(await look({}, site), 'broker')).toMatchObject({ state: 'good' });
    await broker.close();
    const found = of(await look({}, site), 'broker');
    expect(found?.state).toBe('mend');
    expect(found?.text).toContain('ECONNREFUSED');
  });

  test('with no room left, or none to write, is told before it runs', async () => {
    const site = siteWith('http: { port: 0 }\ndata: /var/lib/kmotion');

    expect(of(await look({ freeBytes: () => Promise.resolve(3_000_000) }, site), 'disk')).toMatchObject({
      state: 'mend',
      text: 'only 3 MB are free for the data folder /var/lib/kmotion',
    });
    expect(of(await look({ mayWrite: () => false }, site), 'disk')).toMatchObject({
      state: 'mend',
      remedy: 'sudo install -d -o ada /var/lib/kmotion',
    });
  });
});

test('an adapter that echoes is found with one question, to an address that hardly any drive has', async () => {
  const bench = createWireBench([{ unit: 1, serial: at(9600) }]);
  const options = { port: '/dev/ttyUSB0', serial: at(9600), pace: { adapterLatencyMs: 20 }, clock: bench.clock };
  const examineEcho = async (): Promise<DoctorFinding> => {
    const found = checkEcho({ ...options, open: (serial) => openMemoryWire(bench.wire, serial, bench.clock) });
    await bench.clock.advance(1000);
    return found;
  };

  expect(await examineEcho()).toMatchObject({ check: 'echo', state: 'good' });
  bench.wire.setEcho(true);
  expect(await examineEcho()).toMatchObject({ check: 'echo', state: 'note' });
});
