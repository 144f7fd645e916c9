import { EventEmitter } from 'node:events';
import ModbusSerial from 'modbus-serial';
import { seededRandom, systemClock, isDriverError, type Random } from '../../drivers/base/index.ts';
import { createLine } from '../../drivers/modbus/index.ts';
import { memoryPortPair } from '../../drivers/transport/index.ts';
import { valueOf } from '../drivers/modbus/line-bench.ts';
import { createLateLine, type LateLine } from '../scenarios/late-answers-line.ts';
import type { Bench, Figure } from './bench.ts';

const READS = 600;
const TIMEOUT_MS = 30;
const LATENESS_MS = 130;
/** Late by 5 ms to three time-outs. */
const late = { lateShare: 0.1, promptMs: 1, lateMs: [35, 120] } as const;

interface Seen {
  right: number;
  wrong: number;
  failed: number;
}

type Read = (address: number) => Promise<readonly number[]>;

async function count(read: Read): Promise<Seen> {
  const seen: Seen = { right: 0, wrong: 0, failed: 0 };
  for (let index = 0; index < READS; index++) {
    const address = (index * 7) % 1000;
    const values = await read(address).catch(() => undefined);
    if (values === undefined) seen.failed++;
    else if (values[0] === valueOf(1, address)) seen.right++;
    else seen.wrong++;
  }
  return seen;
}

/** The buffered port of modbus-serial, as far as it matters here: it looks for unit, function and length. */
class BufferedPort extends EventEmitter {
  readonly isOpen = true;
  readonly #take: (request: Uint8Array) => void;
  #held: Buffer = Buffer.alloc(0);
  #request: Buffer = Buffer.alloc(0);

  constructor(line: Omit<LateLine, 'answer'>) {
    super();
    this.#take = createLateLine({ ...line, answer: (bytes) => this.#heard(bytes) });
  }

  open(opened: () => void): void {
    opened();
  }

  close(closed: () => void): void {
    closed();
  }

  write(request: Buffer): void {
    this.#request = request;
    this.#take(request);
  }

  #heard(bytes: Uint8Array): void {
    this.#held = Buffer.concat([this.#held, bytes]);
    const length = 5 + 2 * this.#request.readUInt16BE(4);
    if (this.#held.length < length || this.#held[0] !== this.#request[0]) return;
    const answer = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(length);
    this.emit('data', answer);
  }
}

function stock(kind: LateLine['kind'], random: Random): Promise<Seen> {
  const client = new ModbusSerial.default(new BufferedPort({ kind, ...late, clock: systemClock, random }));
  client.open();
  client.setID(1);
  client.setTimeout(TIMEOUT_MS);
  return count(async (address) => (await client.readHoldingRegisters(address, 2)).data);
}

async function ours(kind: LateLine['kind'], random: Random): Promise<Seen> {
  const clock = systemClock;
  const cable = memoryPortPair({ clock });
  const take = createLateLine({ kind, ...late, clock, random, answer: (bytes) => far.write(bytes) });
  const far = await cable.far({ bytes: (request) => take(request.slice()), lost: () => undefined });
  const times = { serial: null, adapterLatencyMs: 0, latenessMs: LATENESS_MS };
  const line = createLine({ name: 'late', open: cable.near, framing: 'rtu', clock, ...times });
  await new Promise<void>((resolve) => line.onState((state) => state === 'online' && resolve()));
  const options = { lane: 'write', turnaroundMs: TIMEOUT_MS } as const;
  const seen = await count((address) =>
    line.read({ unit: 1, table: 'holding', address, count: 2 }, options).catch((error: unknown) => {
      if (isDriverError(error, 'OFFLINE')) return clock.sleep(LATENESS_MS).then(() => Promise.reject(error));
      throw error;
    }),
  );
  await line.close();
  return seen;
}

async function run(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const kind of ['queueing', 'dropping'] as const) {
    for (const [name, client] of Object.entries({ 'stock modbus-serial': stock, ours })) {
      const seen = await client(kind, seededRandom(7));
      figures.push({
        measure: `${name}, ${kind} line: wrong values without an error`,
        value: (100 * seen.wrong) / READS,
        unit: '%',
        ...(client === ours ? { atMost: 0 } : {}),
        note: `${seen.right} right, ${seen.wrong} wrong, ${seen.failed} failed of ${READS}`,
      });
    }
  }
  return figures;
}

export const bench: Bench = {
  name: 'line-late-answers',
  what: '10 % late answers on a queueing and on a dropping line (the same campaign with 20 000 reads is a test)',
  run,
};
