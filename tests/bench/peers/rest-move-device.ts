import { parseSite, type Site } from '../../../config/index.ts';
import { systemClock, systemRandom } from '../../../drivers/base/index.ts';
import { createLine, type ModbusLine } from '../../../drivers/modbus/index.ts';
import { openSerial, openTcp, type OpenPort } from '../../../drivers/transport/index.ts';
import { createLineHost } from '../../../services/device/index.ts';
import { addCommandRoutes } from '../../../services/device/routes/command-routes.ts';
import { createMemoryBus } from '../../../services/platform/bus/index.ts';
import { listen } from '../../../services/platform/doors/index.ts';
import { createHttpServer } from '../../../services/platform/http/index.ts';
import { createLogger } from '../../../services/platform/process/index.ts';
import { tapPort, type SeenFrame } from './tapped-port.ts';

// A device process whose port is watched, beside a bare line engine on a line of the same kind: HOST_LINE BARE_LINE
// (tcp|paced). Its parent asks over IPC: `warm` (some reads), `watch` (answers with the instant at which the next trigger is acknowledged) or
// `bare` (sends the frames of the last move by the engine alone and answers with the time they took).
const [hostPlace = '', barePlace = '', way = 'tcp'] = process.argv.slice(2);
const framing = way === 'tcp' ? ('mbap' as const) : ('rtu' as const);
const serial = way === 'tcp' ? null : ({ baudRate: 115_200, parity: 'none', stopBits: 1 } as const);
const logger = createLogger({ name: 'device', level: 'warn' });
const TRIGGER_BIT = 0x10;
const WARMING_READS = 20;

function openPlace(place: string): OpenPort {
  if (serial !== null) return openSerial({ path: place, settings: serial, clock: systemClock });
  const [host = '', port] = place.split(':');
  return openTcp({ host, port: Number(port), clock: systemClock });
}

function siteOf(place: string): Site {
  const line = serial === null ? `{ tcp: '${place}' }` : `{ serial: ${place}, baudRate: 115200 }`;
  return parseSite(
    `site: bench
auth: { open: a benchmark on loopback }
lines: { line: ${line} }
drives:
  ram:
    line: line
    unit: 1
    profile: kpower-reference
    acceptPlaceholder: true
    axis: { unit: mm, travelPerRevolution: 5, range: [-100, 100], maxVelocity: 100, maxAcceleration: 5000, homingRequired: false }
`,
    { file: '/bench/site.yaml', environment: {} },
  );
}

const site = siteOf(hostPlace);
const { address: controlword } = [...site.drives.values()][0]!.profile.registers.controlword!;
const isTrigger = ({ pdu }: SeenFrame): boolean =>
  pdu[1] === 6 && pdu.readUInt16BE(2) === controlword && (pdu.readUInt16BE(4) & TRIGGER_BIT) !== 0;

const tap = tapPort(openPlace(hostPlace), framing);
const host = createLineHost({
  site: { id: site.id, mqttRoot: 'kmotion' },
  line: site.lines.get('line')!,
  drives: [...site.drives.values()],
  openPort: tap.open,
  bus: createMemoryBus().bus('device'),
  clock: systemClock,
  random: systemRandom,
  logger,
});
const server = createHttpServer({ logger, access: { kind: 'open' }, hosts: [] });
addCommandRoutes(server, { host, clock: systemClock });
const url = await listen(server, { host: '127.0.0.1', port: 0 });
host.announce(url);
while (host.reasonsNotReady().length > 0) await systemClock.sleep(20);

const gap = serial === null ? {} : { interFrameGapMs: 0 };
const bare = createLine({ name: 'bare', open: openPlace(barePlace), framing, clock: systemClock, serial, ...gap });
while (bare.state() !== 'online') await systemClock.sleep(20);

/** What a move cannot do without: the reading it is planned on, its parameters, their reading back, its trigger. */
function neededFrames(seen: readonly SeenFrame[]): readonly Buffer[] {
  const pdus = seen.map(({ pdu }) => pdu);
  const trigger = pdus.at(-1)!;
  const parameters = pdus.findLast((pdu) => pdu[1] === 16)!;
  const isVerify = (pdu: Buffer): boolean => pdu[1] === 3 && pdu.readUInt16BE(2) === parameters.readUInt16BE(2);
  const state = pdus.find((pdu) => pdu[1] === 3 && !isVerify(pdu))!;
  return [state, parameters, pdus.findLast(isVerify)!, trigger];
}

async function send(line: ModbusLine, pdu: Buffer): Promise<void> {
  const [unit = 1, functionCode] = pdu;
  const address = pdu.readUInt16BE(2);
  const options = { lane: 'write', turnaroundMs: 50 } as const;
  if (functionCode === 3) {
    await line.read({ unit, table: 'holding', address, count: pdu.readUInt16BE(4) }, options);
    return;
  }
  const values = functionCode === 6 ? [pdu.readUInt16BE(4)] : wordsOf(pdu.subarray(7));
  await line.write({ unit, address, values }, options);
}

const wordsOf = (bytes: Buffer): number[] =>
  Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readUInt16BE(2 * index));

/** Time in which a frame was under way: from its first byte to its answer. */
const onWireUs = (seen: readonly SeenFrame[]): number =>
  seen.reduce((sum, { sentAtNs, arrivedAtNs }) => sum + Number((arrivedAtNs ?? sentAtNs) - sentAtNs) / 1000, 0);

let frames: readonly Buffer[] = [];
let polls = 0;

function watch(): void {
  const seen: SeenFrame[] = [];
  const startNs = process.hrtime.bigint();
  tap.onAnswer = (frame) => {
    if (frame.sentAtNs < startNs) return;
    seen.push(frame);
    if (!isTrigger(frame)) return;
    tap.onAnswer = () => undefined;
    frames = neededFrames(seen);
    polls = seen.length - frames.length;
    process.send?.({
      firstSentNs: String(seen[0]!.sentAtNs),
      ackNs: String(frame.answeredAtNs),
      onWireUs: onWireUs(seen),
      polls,
    });
  };
  process.send?.({ watching: true });
}

async function sendBare(): Promise<void> {
  const startNs = process.hrtime.bigint();
  try {
    for (const pdu of frames) await send(bare, pdu);
    process.send?.({ us: Number(process.hrtime.bigint() - startNs) / 1000 });
  } catch {
    process.send?.({ us: null });
  }
}

async function warm(): Promise<void> {
  const known = { unit: 1, table: 'holding', address: controlword, count: 1 } as const;
  for (let count = 0; count < WARMING_READS; count++)
    await bare.read(known, { lane: 'write', turnaroundMs: 50 }).catch(() => undefined);
  process.send?.({ warm: true });
}

const work: Record<string, () => void> = { watch, warm: () => void warm(), bare: () => void sendBare() };
process.on('message', (asked) => work[String(asked)]?.());
process.on('disconnect', () => process.exit(0));
process.send?.({ url });
