import { Agent, request } from 'node:http';
import { systemClock } from '../../drivers/base/index.ts';
import { median, quantile, type Bench, type Figure } from './bench.ts';
import { startPeer, type Peer } from './peer.ts';

// What is compared: the time from the first byte of POST .../commands/move-absolute to the drive's acknowledge of the
// trigger frame, against the time that the same four frames (state read, parameters, read-back, trigger) take when the
// bare line engine sends them one after the other on a line of the same kind. Both begin at rest, in turn. Device
// process, simulator and client are processes of their own.

const ROUNDS = 25;
/** Moves before the measured ones: a service that has worked for half a minute, and one that has just come up. */
const WORKED_IN = 300;
const JUST_UP = 3;
/** Requests without a frame, and frames without a request, just before each measurement: code and processor are warm. */
const WARMING_REQUESTS = 40;
/** After a move the drive is polled fast for half a second, which would burden either side; both begin in quiet. */
const REST_MS = 700;

const agent = new Agent({ keepAlive: true, noDelay: true });

async function post(url: string, body: object, prefer?: string): Promise<{ status: number; body: unknown }> {
  const text = JSON.stringify(body);
  const headers = { 'content-type': 'application/json', 'content-length': text.length, ...(prefer && { prefer }) };
  return new Promise((resolve, reject) => {
    const asked = request(url, { method: 'POST', agent, headers }, (response) => {
      let answer = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(answer) }));
    });
    asked.on('error', reject).end(text);
  });
}

interface Round {
  readonly restUs: number;
  readonly bareUs: number;
  readonly polls: number;
  /** From the request to the first byte of the first frame. */
  readonly untilFirstUs: number;
  /** From then on, without a frame under way. */
  readonly betweenUs: number;
}

async function warm(device: Peer, commands: string): Promise<void> {
  for (let count = 0; count < WARMING_REQUESTS; count++) await post(`${commands}/disarm`, {});
  await device.ask('warm');
}

async function measure(way: 'tcp' | 'paced', movesBefore: number): Promise<readonly Round[]> {
  const simulator = await startPeer('motion-simulator', ['2', '1', way]);
  const [hostPlace = '', barePlace = ''] = await simulator.next<string[]>();
  const device = await startPeer('rest-move-device', [hostPlace, barePlace, way]);
  const { url } = await device.next<{ url: string }>();
  const commands = `${url}/v1/drives/ram/commands`;
  const enabled = await post(`${commands}/enable`, {}, 'wait=5');
  if (enabled.status !== 200) throw new Error(`not enabled: ${JSON.stringify(enabled.body)}`);
  for (let move = 0; move < movesBefore; move++) {
    const moved = await post(`${commands}/move-absolute`, { position: move % 2 === 0 ? 1 : 0 }, 'wait=5');
    if (moved.status !== 200) throw new Error(`not moved: ${JSON.stringify(moved.body)}`);
  }
  const rounds: Round[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await systemClock.sleep(REST_MS);
    await warm(device, commands);
    await device.ask('watch');
    const acknowledged = device.next<{ firstSentNs: string; ackNs: string; onWireUs: number; polls: number }>();
    const startNs = process.hrtime.bigint();
    const moved = await post(`${commands}/move-absolute`, { position: round % 2 === 0 ? 1 : 0 });
    if (moved.status !== 202) throw new Error(`refused: ${JSON.stringify(moved.body)}`);
    const { firstSentNs, ackNs, onWireUs, polls } = await acknowledged;
    await systemClock.sleep(REST_MS);
    await warm(device, commands);
    const { us: bareUs } = await device.ask<{ us: number | null }>('bare');
    // a machine that stood still for longer than a time-out measures itself, not us
    if (bareUs === null) continue;
    const restUs = Number(BigInt(ackNs) - startNs) / 1000;
    const untilFirstUs = Number(BigInt(firstSentNs) - startNs) / 1000;
    rounds.push({ restUs, bareUs, polls, untilFirstUs, betweenUs: restUs - untilFirstUs - onWireUs });
  }
  device.close();
  simulator.close();
  return rounds;
}

function spread(values: readonly number[]): string {
  return `p50 ${median(values).toFixed(0)} us, p95 ${quantile(values, 0.95).toFixed(0)} us`;
}

async function figuresOf(name: string, way: 'tcp' | 'paced', atMost: number): Promise<readonly Figure[]> {
  const rounds = await measure(way, WORKED_IN);
  const early = await measure(way, JUST_UP);
  const rest = rounds.map(({ restUs }) => restUs);
  const bare = rounds.map(({ bareUs }) => bareUs);
  const polls = rounds.reduce((sum, round) => sum + round.polls, 0) / rounds.length;
  return [
    { measure: `${name}: four bare frames`, value: median(bare), unit: 'us', note: spread(bare) },
    { measure: `${name}: POST to trigger acknowledged`, value: median(rest), unit: 'us', note: spread(rest) },
    {
      measure: `${name}: POST to the first frame`,
      value: median(rounds.map((round) => round.untilFirstUs)),
      unit: 'us',
    },
    {
      measure: `${name}: between frames, all of them`,
      value: median(rounds.map((round) => round.betweenUs)),
      unit: 'us',
    },
    { measure: `${name}: reads of the poller in between`, value: polls, unit: 'a move' },
    {
      measure: `${name}: REST move / bare frames, p50, just after start`,
      value: median(early.map(({ restUs }) => restUs)) / median(early.map(({ bareUs }) => bareUs)),
      unit: 'ratio',
    },
    { measure: `${name}: REST move / bare frames, p50`, value: median(rest) / median(bare), unit: 'ratio', atMost },
  ];
}

async function run(): Promise<readonly Figure[]> {
  const tcp = await figuresOf('Modbus TCP', 'tcp', 2.5);
  const paced = await figuresOf('paced 115200 baud', 'paced', 1.1);
  return [...tcp, ...paced];
}

export const bench: Bench = {
  name: 'rest-move',
  what: 'from a REST request to the acknowledged trigger frame, beside the same frames sent by the bare line engine',
  run,
};
