import { performance } from 'node:perf_hooks';
import { systemClock } from '../../drivers/base/index.ts';
import { createLine, type ModbusLine } from '../../drivers/modbus/index.ts';
import { openSerial } from '../../drivers/transport/index.ts';
import { quantile, type Bench, type Figure } from './bench.ts';
import { startSlave } from './peers/c-peer.ts';

const BAUD_RATE = 115_200;
const GAP_US = 1750;
const DRIVES = 10;
const BLOCKS = 6;
const COMMANDS_A_BLOCK = 50;

/** A command as the drives get it: FC 16 with 6 registers. */
async function commandMs(line: ModbusLine): Promise<number> {
  const startMs = performance.now();
  await line.write({ unit: 1, address: 100, values: [1, 2, 3, 4, 5, 6] }, { lane: 'write', turnaroundMs: 1000 });
  return performance.now() - startMs;
}

/** Ten drives, each polled again as soon as its answer is there. */
function pollAll(line: ModbusLine): { stop(): Promise<void> } {
  const state = { isOn: true };
  const poll = async (unit: number): Promise<void> => {
    while (state.isOn) {
      await line.read({ unit, table: 'holding', address: 0, count: 10 }, { lane: 'fast', turnaroundMs: 1000 });
    }
  };
  const polling = Promise.all(Array.from({ length: DRIVES }, (_, index) => poll(index + 1)));
  return {
    stop: async () => {
      state.isOn = false;
      await polling;
    },
  };
}

/** Commands come at times that have nothing to do with the polls. */
async function commands(line: ModbusLine): Promise<readonly number[]> {
  const tookMs: number[] = [];
  for (let index = 0; index < COMMANDS_A_BLOCK; index++) {
    await systemClock.sleep(8 + ((index * 7) % 11));
    tookMs.push(await commandMs(line));
  }
  return tookMs;
}

async function run(): Promise<readonly Figure[]> {
  const slave = await startSlave('--baud', BAUD_RATE, '--gap-us', GAP_US);
  const serial = { baudRate: BAUD_RATE, parity: 'even', stopBits: 1 } as const;
  const open = openSerial({ path: slave.path, settings: serial, clock: systemClock });
  // The slave keeps the gap, as in the reference measurement; a second one from us would only hide the waiting.
  const line = createLine({ name: 'bench', open, framing: 'rtu', clock: systemClock, serial, interFrameGapMs: 0 });
  await new Promise<void>((resolve) => line.onState((state) => state === 'online' && resolve()));
  await commands(line);
  const idleMs: number[] = [];
  const saturatedMs: number[] = [];
  for (let block = 0; block < BLOCKS; block++) {
    idleMs.push(...(await commands(line)));
    const polls = pollAll(line);
    saturatedMs.push(...(await commands(line)));
    await polls.stop();
  }
  await line.close();
  await slave.stop();
  const ratio = (share: number): number => quantile(saturatedMs, share) / quantile(idleMs, share);
  const note = (share: number): string =>
    `${quantile(idleMs, share).toFixed(2)} ms idle, ${quantile(saturatedMs, share).toFixed(2)} ms saturated`;
  return [
    { measure: 'command, saturated / idle line, p50', value: ratio(0.5), unit: 'ratio', atMost: 1.7, note: note(0.5) },
    {
      measure: 'command, saturated / idle line, p99',
      value: ratio(0.99),
      unit: 'ratio',
      atMost: 2.1,
      note: note(0.99),
    },
  ];
}

export const bench: Bench = {
  name: 'line-saturated',
  what: 'a command on a 115200 line saturated by polls of ten drives, against the same on the idle line',
  needs: ['gcc'],
  run,
};
