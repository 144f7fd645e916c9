import { readFileSync, statSync } from 'node:fs';
import type { LineConfig, Site } from '../../../config/index.ts';
import { isPortOf, type KnownPort } from '../ports/describe-ports.ts';
import { good, mend, note, type DoctorFinding } from './finding.ts';
import { onMachine, type Machine } from './machine.ts';

/** The chip of an adapter that has no number of its own: every one of them is called the same. */
const WITHOUT_NUMBER = '1a86:7523';
/** ftdi_sio gathers short answers for so long unless it is told otherwise. */
const LEAST_LATENCY_MS = 1;

/** What hinders a port: the rights, another program, an adapter that waits, adapters that cannot be told apart. */
export function checkPorts(ports: readonly KnownPort[], machine: Machine): readonly DoctorFinding[] {
  const usable = ports.filter(({ listed }) => !listed.isConsole);
  if (usable.length === 0) {
    return [note('ports', 'no serial port is there', 'Plug an adapter in. In a container: --device /dev/ttyUSB0.')];
  }
  return [...usable.flatMap((port) => checkPort(port, machine)), ...checkNames(usable)];
}

function checkPort(port: KnownPort, machine: Machine): readonly DoctorFinding[] {
  const { listed, owner } = port;
  const rights = checkRights(listed.path, machine);
  return [
    ...rights,
    ...(owner === null ? [] : [ownerFinding(port)]),
    ...checkLatency(listed),
    ...(rights.length === 0 && owner === null ? [good('port', `${listed.path} can be opened and is free`)] : []),
  ];
}

function checkRights(path: string, machine: Machine): readonly DoctorFinding[] {
  if (machine.mayOpen(onMachine(machine, path))) return [];
  const group = groupOf(path, machine);
  if (group === null || group === 'root') {
    const rule = `SUBSYSTEM=="tty", KERNEL=="${path.slice('/dev/'.length)}", GROUP="dialout", MODE="0660"`;
    return [
      mend('rights', `${machine.userName} may not open ${path}, and no group may`, udevRule('60-kmotion-port', rule)),
    ];
  }
  const remedy = `sudo usermod -aG ${group} ${machine.userName}   # then log in again`;
  return [mend('rights', `${machine.userName} may not open ${path}: it belongs to the group ${group}`, remedy)];
}

function groupOf(path: string, machine: Machine): string | null {
  const device = statSync(onMachine(machine, path), { throwIfNoEntry: false });
  if (device === undefined) return null;
  try {
    const rows = readFileSync(onMachine(machine, '/etc/group'), 'utf8').split('\n');
    return rows.map((row) => row.split(':')).find((fields) => fields[2] === String(device.gid))?.[0] ?? null;
  } catch {
    return null;
  }
}

function ownerFinding({ listed, owner }: KnownPort): DoctorFinding {
  if (owner?.kind === 'line') return good('port', `${listed.path} is served by line ${owner.name}`);
  const process = /process (\d+)/.exec(owner?.name ?? '')?.[1] ?? '';
  return mend(
    'holder',
    `${listed.path} is held by ${owner?.name ?? 'another program'}`,
    `kill ${process}   # or end it as it is meant to be ended`,
  );
}

function checkLatency({ path, driver, latencyTimerMs }: KnownPort['listed']): readonly DoctorFinding[] {
  if (driver !== 'ftdi_sio' || latencyTimerMs === null || latencyTimerMs <= LEAST_LATENCY_MS) return [];
  const text = `the adapter at ${path} keeps short answers for ${latencyTimerMs} ms: about ${Math.floor(1000 / latencyTimerMs)} questions a second at most`;
  const rule = 'ACTION=="add", SUBSYSTEM=="usb-serial", DRIVER=="ftdi_sio", ATTR{latency_timer}="1"';
  return [mend('latency', text, `${udevRule('60-kmotion-latency', rule)}   # then plug it in again`)];
}

const udevRule = (name: string, rule: string): string =>
  `echo '${rule}' | sudo tee /etc/udev/rules.d/${name}.rules && sudo udevadm control --reload`;

/** Adapters of which the second takes the by-id name of the first. */
function checkNames(ports: readonly KnownPort[]): readonly DoctorFinding[] {
  const groups = new Map<string, KnownPort[]>();
  for (const port of ports) {
    const { vendorId, productId, serialNumber } = port.listed;
    if (vendorId === null) continue;
    const key = `${vendorId}:${productId ?? ''} ${serialNumber ?? ''}`.trim();
    groups.set(key, [...(groups.get(key) ?? []), port]);
  }
  return [...groups].flatMap(([key, same]) => (same.length < 2 ? loneNumberless(same) : [collision(key, same)]));
}

function collision(key: string, same: readonly KnownPort[]): DoctorFinding {
  const paths = same.map(({ listed }) => listed.byPath ?? listed.path);
  return mend(
    'names',
    `${same.length} adapters are called the same (${key}): their by-id name leads now to one, now to the other`,
    `In the site file name them by the socket they sit in: serial: ${paths.join('  and  serial: ')}`,
  );
}

function loneNumberless([port]: readonly KnownPort[]): readonly DoctorFinding[] {
  if (port === undefined || port.listed.serialNumber !== null) return [];
  const { path, vendorId, productId, byPath } = port.listed;
  if (`${vendorId}:${productId}` !== WITHOUT_NUMBER) return [];
  const text = `the adapter at ${path} (${WITHOUT_NUMBER}) has no serial number: a second one of its kind would take its by-id name`;
  return [note('names', text, byPath === null ? null : `serial: ${byPath}`)];
}

/** Each serial line of the site against the ports there are. */
export function checkLines(site: Site, ports: readonly KnownPort[], root: string): readonly DoctorFinding[] {
  return [...site.lines.values()].flatMap((line) => checkLine(line, ports, root));
}

function checkLine({ id, way }: LineConfig, ports: readonly KnownPort[], root: string): readonly DoctorFinding[] {
  if (way.kind !== 'serial') return [];
  const found = ports.find(({ listed }) => isPortOf(way, listed, root));
  const name = 'path' in way.port ? way.port.path : `${way.port.vendorId}:${way.port.productId}`;
  if (found === undefined) {
    const there = ports.map(({ listed }) => listed.byId ?? listed.path);
    const hint = there.length === 0 ? 'no other is there' : `there are ${there.join(', ')}`;
    return [
      mend(
        'line',
        `line ${id} names ${name}, which is not there; ${hint}`,
        'Plug it in, or name another: kmotion ports',
      ),
    ];
  }
  if (name !== found.listed.path || !/ttyUSB|ttyACM/.test(name))
    return [good('line', `line ${id} has its port ${name}`)];
  const stays = found.listed.byId ?? found.listed.byPath;
  const text = `line ${id} names ${name}, which may be another adapter after the next plugging in`;
  return [note('line', text, stays === null ? null : `serial: ${stays}`)];
}
