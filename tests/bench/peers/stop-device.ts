import { parseSite } from '../../../config/index.ts';
import { systemClock, systemRandom } from '../../../drivers/base/index.ts';
import { openSerial } from '../../../drivers/transport/index.ts';
import { createLineHost } from '../../../services/device/index.ts';
import { addCommandRoutes } from '../../../services/device/routes/command-routes.ts';
import { createMemoryBus } from '../../../services/platform/bus/index.ts';
import { listen } from '../../../services/platform/doors/index.ts';
import { createHttpServer } from '../../../services/platform/http/index.ts';
import { createLogger } from '../../../services/platform/process/index.ts';
import { tapPort } from './tapped-port.ts';

// A device process with DRIVES drives on the line PATH, polled as fast as the line carries, whose port is watched. Says to
// its parent when a stop frame's first byte leaves, and every second which share of the time the last unit took.
const [path = '', drives = '8'] = process.argv.slice(2);
const QUICK_STOP_BIT = 0x04;
const SHARE_WINDOW_MS = 1000;
const units = Array.from({ length: Number(drives) }, (_, index) => index + 1);

const site = parseSite(
  `site: bench
auth: { open: a benchmark on loopback }
lines: { line: { serial: ${path}, baudRate: 115200 } }
drives:
${units
  .map(
    (unit) => `  d${unit}:
    line: line
    unit: ${unit}
    profile: kpower-reference
    acceptPlaceholder: true
    poll: { idleMs: 10, movingMs: 10 }
    axis: { unit: mm, travelPerRevolution: 5, range: [-100, 100], maxVelocity: 100, maxAcceleration: 5000, homingRequired: false }
`,
  )
  .join('')}`,
  { file: '/bench/site.yaml', environment: {} },
);
const all = [...site.drives.values()];
const { address: controlword } = all[0]!.profile.registers.controlword!;

const settings = { baudRate: 115_200, parity: 'none', stopBits: 1 } as const;
const tap = tapPort(openSerial({ path, settings, clock: systemClock }), 'rtu');
let lastSent: { readonly unit: number; readonly atNs: bigint } | null = null;
let deadNs = 0n;
tap.onSend = ({ pdu, sentAtNs }) => {
  const [unit = 0, functionCode] = pdu;
  if (lastSent?.unit === units.at(-1)) deadNs += sentAtNs - (lastSent?.atNs ?? sentAtNs);
  lastSent = { unit, atNs: sentAtNs };
  const isStop =
    functionCode === 6 && pdu.readUInt16BE(2) === controlword && (pdu.readUInt16BE(4) & QUICK_STOP_BIT) === 0;
  if (isStop) process.send?.({ stopNs: String(sentAtNs), unit });
};

const host = createLineHost({
  site: { id: site.id, mqttRoot: 'kmotion' },
  line: site.lines.get('line')!,
  drives: all,
  openPort: tap.open,
  bus: createMemoryBus().bus('device'),
  clock: systemClock,
  random: systemRandom,
  logger: createLogger({ name: 'device', level: 'error' }),
});
const server = createHttpServer({
  logger: createLogger({ name: 'http', level: 'error' }),
  access: { kind: 'open' },
  hosts: [],
});
addCommandRoutes(server, { host, clock: systemClock });
const url = await listen(server, { host: '127.0.0.1', port: 0 });
host.announce(url);

async function tellShare(): Promise<void> {
  for (;;) {
    const [startNs, deadBefore] = [process.hrtime.bigint(), deadNs];
    await systemClock.sleep(SHARE_WINDOW_MS);
    const spent = Number(deadNs - deadBefore) / Number(process.hrtime.bigint() - startNs);
    process.send?.({ deadShare: spent, utilisation: host.line.stats().utilisation });
  }
}

process.on('disconnect', () => process.exit(0));
process.send?.({ url });
void tellShare();
