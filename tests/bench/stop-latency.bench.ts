import { seededRandom, systemClock } from '../../drivers/base/index.ts';
import { lineTiming } from '../../drivers/modbus/line-timing.ts';
import { median, quantile, type Bench, type Figure } from './bench.ts';
import { startPeer } from './peer.ts';

// Eight drives on one paced 115200 line, polled as fast as it carries, the eighth dead. From the first byte of POST
// .../commands/stop to the first byte of the stop frame on the line, 500 times, at random moments.

const DRIVES = 8;
const ROUNDS = 500;
const SETTLE_MS = 4000;
/** What the host may add to the transaction that is on its way. */
const HOST_MS = 5;

interface News {
  readonly url?: string;
  readonly stopNs?: string;
  readonly unit?: number;
  readonly deadShare?: number;
  readonly utilisation?: number;
}

async function post(url: string, body: object = {}): Promise<void> {
  const headers = { 'content-type': 'application/json', prefer: 'wait=10' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url}: ${await answer.text()}`);
  await answer.arrayBuffer();
}

async function measure(): Promise<{ stopsMs: number[]; deadShares: number[]; utilisation: number }> {
  const simulator = await startPeer('motion-simulator', ['1', String(DRIVES - 1), 'paced']);
  const [path = ''] = await simulator.next<string[]>();
  const device = await startPeer('stop-device', [path, String(DRIVES)]);
  const { url = '' } = await device.next<News>();
  const shares: Required<Pick<News, 'deadShare' | 'utilisation'>>[] = [];
  await systemClock.sleep(SETTLE_MS);
  device.onMessage((message) => {
    const { deadShare, utilisation } = message as News;
    if (deadShare !== undefined && utilisation !== undefined) shares.push({ deadShare, utilisation });
  });
  const random = seededRandom(1);
  const stopsMs: number[] = [];
  const drive = (unit: number): string => `${url}/v1/drives/d${unit}/commands`;
  for (let unit = 1; unit < DRIVES; unit++) await post(`${drive(unit)}/enable`);
  for (let round = 0; round < ROUNDS; round++) {
    const unit = 1 + (round % (DRIVES - 1));
    await systemClock.sleep(random() * 20);
    const seen = device.next<News>((news) => news.stopNs !== undefined && news.unit === unit);
    const startNs = process.hrtime.bigint();
    const answered = post(`${drive(unit)}/stop`);
    const { stopNs = '0' } = await seen;
    stopsMs.push(Number(BigInt(stopNs) - startNs) / 1e6);
    await answered;
    await post(`${drive(unit)}/release`);
  }
  device.close();
  simulator.close();
  return {
    stopsMs,
    deadShares: shares.map((one) => one.deadShare),
    utilisation: median(shares.map((one) => one.utilisation)),
  };
}

async function run(): Promise<readonly Figure[]> {
  const timing = lineTiming({ serial: { baudRate: 115_200, parity: 'none', stopBits: 1 }, interFrameGapMs: 0 });
  // the longest request that may be on its way: the status poll of the dead drive, waited for until its time-out
  const boundMs = timing.timeoutMs({ request: 8, answer: 31 }, 4);
  const { stopsMs, deadShares, utilisation } = await measure();
  const p99 = quantile(stopsMs, 0.99);
  return [
    { measure: 'share of the time the line is busy', value: utilisation, unit: 'share' },
    { measure: 'bound of the transaction on its way', value: boundMs, unit: 'ms' },
    { measure: 'REST stop to first byte of the stop frame, p50', value: median(stopsMs), unit: 'ms' },
    { measure: 'the same, p99 of 500', value: p99, unit: 'ms', atMost: boundMs + HOST_MS },
    { measure: 'the same, longest', value: Math.max(...stopsMs), unit: 'ms' },
    {
      measure: 'line time the dead drive takes, mean of seconds',
      value: mean(deadShares),
      unit: 'share',
      atMost: 0.05,
    },
  ];
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

export const bench: Bench = {
  name: 'stop-latency',
  what: 'stop on a line of eight drives polled flat out, one of them dead',
  run,
};
