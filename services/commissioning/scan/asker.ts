import { isDriverError, type Clock, type DriverError } from '../../../drivers/base/index.ts';
import { createLine, type ModbusLine } from '../../../drivers/modbus/index.ts';
import { frameTimeMs } from '../../../drivers/modbus/framing/index.ts';
import type { OpenPort } from '../../../drivers/transport/index.ts';
import type { SerialSettings } from '../../contracts/index.ts';
import { beginsWithEcho, hear, type Heard } from './heard.ts';
import type { Framing, Probe } from './probe.ts';
import type { Pace } from './scan-plan.ts';
import { openSharedPort, type SharedPort } from './shared-port.ts';

/** Asks one question at a time with one setting of a port, through our own line, and says everything that came back. */
export interface Asker {
  readonly serial: SerialSettings;
  readonly framing: Framing;
  /** @throws DriverError when the port is gone */
  ask(unit: number, probe: Probe): Promise<Heard>;
  /** The same, and then listens whether somebody else speaks too. */
  askAndListen(unit: number, probe: Probe): Promise<Heard>;
  /** The adapter has sent a question back. */
  hasEcho(): boolean;
  close(): Promise<void>;
}

export interface AskerOptions {
  readonly open: OpenPort;
  readonly serial: SerialSettings;
  readonly framing?: Framing;
  readonly pace: Pace;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

/** A drive that shares its address answers when its neighbour does, or a little later. */
const LISTEN_BYTES = 40;
/** The longest silence that a drive wants before it hears again. */
const LEAST_LISTENING_MS = 30;
/** What is no frame is listened to until it ends, but not for ever. */
const LONGEST_LISTENING_MS = 300;

export async function createAsker(options: AskerOptions): Promise<Asker> {
  const { serial, framing = 'rtu', pace, clock, signal } = options;
  const port = await openSharedPort(options.open, signal);
  const listenMs = Math.max(LEAST_LISTENING_MS, frameTimeMs(serial, LISTEN_BYTES) + pace.adapterLatencyMs);
  let hasEcho = false;
  let words: readonly number[] = [];

  async function exchange(unit: number, probe: Probe): Promise<Outcome> {
    port.listen();
    const line = createLine({ name: port.name, open: port.open, framing, serial, ...pace, clock });
    try {
      await isOnline(line);
      const { table, address, count, turnaroundMs } = probe;
      words = await line.read({ unit, table, address, count }, { lane: 'fast', turnaroundMs });
      return 'good';
    } catch (error) {
      return outcomeOf(error, port);
    } finally {
      await line.close();
    }
  }

  function toWords(outcome: Outcome): Heard {
    const heard = port.heard();
    const isEchoed = heard.request.length > 0 && beginsWithEcho(heard);
    hasEcho ||= isEchoed;
    if (framing === 'rtu') return hear(heard);
    if (outcome === 'good') return { kind: 'answer', words };
    const bytes = heard.received.length - (isEchoed ? heard.request.length : 0);
    return bytes === 0 ? { kind: 'silence' } : { kind: 'garbage', bytes };
  }

  return {
    serial,
    framing,
    async ask(unit, probe) {
      const outcome = await exchange(unit, probe);
      if (outcome === 'other') await silence(port, { clock, quietMs: listenMs });
      return toWords(outcome);
    },
    async askAndListen(unit, probe) {
      const outcome = await exchange(unit, probe);
      await silence(port, { clock, quietMs: listenMs });
      return toWords(outcome);
    },
    hasEcho: () => hasEcho,
    close: async () => port.close(),
  };
}

type Outcome = 'good' | 'nothing' | 'other';

/** The port is open already: this is a matter of one turn of promises. */
function isOnline(line: ModbusLine): Promise<void> {
  if (line.state() === 'online') return Promise.resolve();
  return new Promise((resolve) => {
    const stop = line.onState(() => {
      stop();
      resolve();
    });
  });
}

function outcomeOf(error: unknown, port: SharedPort): Outcome {
  const gone: DriverError | null = port.lost();
  if (gone !== null) throw gone;
  if (isDriverError(error, 'EXCEPTION')) return 'good';
  if (isDriverError(error, 'TIMEOUT')) return 'nothing';
  if (isDriverError(error, 'BAD_FRAME')) return 'other';
  throw error;
}

/** Waits until nothing has come for `quietMs`. */
async function silence(
  port: SharedPort,
  { clock, quietMs }: { readonly clock: Clock; readonly quietMs: number },
): Promise<void> {
  const endMs = clock.nowMs() + LONGEST_LISTENING_MS;
  for (let before = -1, now = port.heard().received.length; now !== before && clock.nowMs() < endMs;) {
    before = now;
    await clock.sleep(quietMs);
    now = port.heard().received.length;
  }
}
