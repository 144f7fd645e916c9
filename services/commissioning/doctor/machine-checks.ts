import { existsSync } from 'node:fs';
import { good, mend, note, unknown, type DoctorFinding } from './finding.ts';
import { onMachine, type Machine } from './machine.ts';

const LEAST_NODE = [20, 19] as const;

export function checkNode({ nodeVersion }: Machine): DoctorFinding {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  const [leastMajor, leastMinor] = LEAST_NODE;
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) {
    return good('node', `Node ${nodeVersion}`);
  }
  const needed = LEAST_NODE.join('.');
  return mend(
    'node',
    `Node ${nodeVersion} is too old: ${needed} or newer is needed`,
    `npx -y node@${leastMajor} --version   # or your system's package of Node ${leastMajor}`,
  );
}

/** Written by systemd-timesyncd when it has found the time. */
const SYNCHRONIZED = '/run/systemd/timesync/synchronized';

/** Events of several machines are put in order by their clocks; motion itself does not follow the wall clock. */
export async function checkClock(machine: Machine): Promise<DoctorFinding> {
  if (existsSync(onMachine(machine, SYNCHRONIZED))) return good('clock', 'the clock is synchronized');
  const said = (await machine.run('timedatectl', ['show', '-p', 'NTPSynchronized', '--value']))?.trim();
  if (said === 'yes') return good('clock', 'the clock is synchronized');
  const chrony = await machine.run('chronyc', ['-c', 'tracking']);
  if (chrony !== null) return chronyFinding(chrony);
  if (said === 'no') return mend('clock', 'the clock is not synchronized', 'sudo timedatectl set-ntp true');
  return unknown(
    'clock',
    'whether the clock is synchronized cannot be seen here',
    'timedatectl   # on the machine itself',
  );
}

/** In the list that `chronyc -c tracking` prints the last field says how the leap second stands, or that nothing does. */
function chronyFinding(tracking: string): DoctorFinding {
  return /Not synchronised/i.test(tracking)
    ? mend('clock', 'the clock is not synchronized', 'sudo chronyc online && chronyc sources')
    : good('clock', 'the clock is synchronized');
}

const MB = 1_000_000;
/** A day of events and samples of a busy site fits many times. */
const LEAST_FREE_BYTES = 200 * MB;

export async function checkDisk(folder: string, machine: Machine): Promise<readonly DoctorFinding[]> {
  if (!machine.mayWrite(folder)) {
    return [
      mend(
        'disk',
        `${machine.userName} may not write into the data folder ${folder}`,
        `sudo install -d -o ${machine.userName} ${folder}`,
      ),
    ];
  }
  const free = await machine.freeBytes(folder);
  if (free === null) return [unknown('disk', `how much room is left for ${folder} cannot be seen`)];
  const room = `${Math.floor(free / MB)} MB are free for the data folder ${folder}`;
  if (free >= LEAST_FREE_BYTES) return [good('disk', room)];
  return [
    mend('disk', `only ${room}`, `du -xh ${folder} | sort -h | tail   # and make room, or set data: to another disk`),
  ];
}

export const checkPlatform = (platform: NodeJS.Platform): readonly DoctorFinding[] =>
  platform === 'linux'
    ? []
    : [note('system', `on ${platform} rights, latency and holders of ports cannot be looked at`)];
