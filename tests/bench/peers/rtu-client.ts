import { performance } from 'node:perf_hooks';
import ModbusSerial from 'modbus-serial';
import { systemClock } from '../../../drivers/base/index.ts';
import { createLine } from '../../../drivers/modbus/index.ts';
import { openSerial } from '../../../drivers/transport/index.ts';
import { quantile } from '../bench.ts';

// A client in a process of its own, so that its processor time can be told apart: reads 10 holding registers of unit 1
// again and again, as rtu-master.c does.
//   rtu-client.ts (ours|stock) PATH BAUD SECONDS [GAP_MS]
const [which, path = '', baud, seconds, gapMs] = process.argv.slice(2);
const baudRate = Number(baud);
/** On a slow line this is a quarter of a minute: a service is measured as it runs for months, not in its first second. */
const WARM_UP = 3000;

type Read = () => Promise<readonly number[]>;

async function ours(): Promise<Read> {
  const serial = { baudRate, parity: 'none', stopBits: 1 } as const;
  const open = openSerial({ path, settings: serial, clock: systemClock });
  const interFrameGapMs = gapMs === undefined ? undefined : Number(gapMs);
  const line = createLine({ name: 'bench', open, framing: 'rtu', clock: systemClock, serial, interFrameGapMs });
  await new Promise<void>((resolve) => line.onState((state) => state === 'online' && resolve()));
  const request = { unit: 1, table: 'holding', address: 100, count: 10 } as const;
  const options = { lane: 'fast', turnaroundMs: 1000 } as const;
  return () => line.read(request, options);
}

async function stock(): Promise<Read> {
  const client = new ModbusSerial.default();
  await client.connectRTUBuffered(path, { baudRate });
  client.setID(1);
  client.setTimeout(500);
  return async () => (await client.readHoldingRegisters(100, 10)).data;
}

const read = which === 'ours' ? await ours() : await stock();
for (let index = 0; index < WARM_UP; index++) await read();

const tookUs: number[] = [];
let wrong = 0;
const cpuBefore = process.cpuUsage();
const startMs = performance.now();
const endMs = startMs + 1000 * Number(seconds);
let atMs = startMs;
while (atMs < endMs) {
  if ((await read())[9] !== 109) wrong++;
  const nowMs = performance.now();
  tookUs.push((nowMs - atMs) * 1000);
  atMs = nowMs;
}
const cpu = process.cpuUsage(cpuBefore);
const result = {
  transactions: tookUs.length,
  wrong,
  seconds: (atMs - startMs) / 1000,
  cpuSeconds: (cpu.user + cpu.system) / 1e6,
  p50Us: quantile(tookUs, 0.5),
  p99Us: quantile(tookUs, 0.99),
};
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
