import { parseSite } from '../../config/index.ts';
import { createVirtualClock, seededRandom, type Random, type VirtualClock } from '../../drivers/base/index.ts';
import type { OpenPort } from '../../drivers/transport/index.ts';
import { simulatedLines } from '../../services/cli/simulated-lines.ts';
import { Refusal } from '../../services/contracts/index.ts';
import type { Axis } from '../../services/device/axis.ts';
import { createLineHost, type LineHost } from '../../services/device/index.ts';
import { createMemoryBus } from '../../services/platform/bus/index.ts';
import { createLogger } from '../../services/platform/process/index.ts';
import { createVirtualSite, openMemoryDoor, type VirtualSite } from '../../simulator/index.ts';
import { Witness } from './motion-witness.ts';

/** Bits that arrive flipped, of all that pass, whichever way. Start and stop bits are no part of it. */
interface Noise {
  bitErrorRate: number;
}

export interface Tally {
  /** Moves that were accepted, or refused because of the line. */
  moves: number;
  accepted: number;
  done: number;
  /** By code: why moves were refused. */
  readonly refused: Map<string, number>;
  /** By code: why accepted moves were not done. */
  readonly ended: Map<string, number>;
  /** What moved otherwise than it was told, one sentence each. */
  readonly wrong: string[];
  /** Answers that were no answers, and requests that got none. */
  badTransactions: number;
  transactions: number;
}

export interface Campaign {
  readonly bitErrorRate: number;
  readonly moves: number;
  readonly lines: number;
  readonly seed: number;
}

/** A commander tries so often before somebody looks after the line, and it is quiet for a while. */
const TRIES_AN_EPISODE = 40;
const AXES_A_LINE = 2;
const AFTER_REFUSAL_MS = 100;
const QUIET_AT_MOST_MS = 600_000;
const LONGEST_STEP_MM = 4;

/** Moves on lines that bend bits, with the simulator's ledger as witness. Each line is quiet while it is made ready. */
export async function moveOnNoisyLines({ bitErrorRate, moves, lines, seed }: Campaign): Promise<Tally> {
  const clock = createVirtualClock();
  const tally: Tally = {
    moves: 0,
    accepted: 0,
    done: 0,
    refused: new Map(),
    ended: new Map(),
    wrong: [],
    badTransactions: 0,
    transactions: 0,
  };
  const running = Array.from({ length: lines }, async (_, index) => {
    const line = new NoisyLine({ clock, tally, random: seededRandom(seed * 100 + index) });
    while (tally.moves < moves) await line.episode(bitErrorRate);
    await line.close();
  });
  const all = { isOver: false };
  const over = Promise.all(running).finally(() => (all.isOver = true));
  while (!all.isOver) await clock.advance(100);
  await over;
  return tally;
}

interface LineParts {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly tally: Tally;
}

class NoisyLine {
  readonly #parts: LineParts;
  readonly #noise: Noise = { bitErrorRate: 0 };
  readonly #simulator: VirtualSite;
  readonly #host: LineHost;
  readonly #witness: Witness;

  constructor(parts: LineParts) {
    const { clock, random } = parts;
    const site = parseSite(siteText, { file: '/noisy.yaml', environment: {} });
    this.#parts = parts;
    this.#simulator = createVirtualSite({ lines: simulatedLines(site), clock });
    this.#host = createLineHost({
      site: { id: site.id, mqttRoot: 'kmotion' },
      line: site.lines.get('noisy')!,
      drives: [...site.drives.values()],
      openPort: bentPort(openMemoryDoor(this.#simulator.lines.get('noisy')!, clock), this.#noise, random),
      bus: createMemoryBus().bus('device'),
      clock,
      random,
      logger: createLogger({ name: 'noisy', level: 'fatal' }),
    });
    this.#host.announce('http://127.0.0.1:1/');
    this.#witness = new Witness(this.#simulator);
  }

  /** Quiet until every axis can move; then noise, and so many tries of each. */
  async episode(bitErrorRate: number): Promise<void> {
    const axes = [...this.#host.axes.values()];
    this.#noise.bitErrorRate = 0;
    await Promise.all(axes.map(async (axis) => this.#makeReady(axis)));
    this.#noise.bitErrorRate = bitErrorRate;
    const before = this.#counters();
    await Promise.all(axes.map(async (axis) => this.#tryMoves(axis)));
    const after = this.#counters();
    const { tally } = this.#parts;
    tally.transactions += after.all - before.all;
    tally.badTransactions += after.bad - before.bad;
    tally.wrong.push(...this.#witness.testify());
  }

  async close(): Promise<void> {
    this.#noise.bitErrorRate = 0;
    await this.#host.close();
    this.#simulator.close();
  }

  #counters(): { readonly all: number; readonly bad: number } {
    const units = [...this.#host.line.stats().units.values()];
    return {
      all: units.reduce((sum, unit) => sum + unit.requests, 0),
      bad: units.reduce((sum, unit) => sum + unit.timeouts + unit.badFrames, 0),
    };
  }

  async #makeReady(axis: Axis): Promise<void> {
    const { clock } = this.#parts;
    for (const untilMs = clock.nowMs() + QUIET_AT_MOST_MS; clock.nowMs() < untilMs;) {
      if (axis.state().state === 'standstill' && this.#host.line.stats().quality === 'good') return;
      await recover(axis);
      await clock.sleep(AFTER_REFUSAL_MS);
    }
    throw new Error(`${axis.id} is not ready after ten quiet minutes: ${JSON.stringify(axis.state())}`);
  }

  async #tryMoves(axis: Axis): Promise<void> {
    const { clock, random, tally } = this.#parts;
    let at = 200;
    for (let tried = 0; tried < TRIES_AN_EPISODE; tried++) {
      at += (random() - 0.5) * 2 * LONGEST_STEP_MM;
      const refusal = await this.#move(axis, at);
      if (refusal === null) continue;
      const isOfTheLine = !['stopLatched', 'errorStop', 'notEnabled', 'busy'].includes(refusal);
      if (isOfTheLine) {
        tally.moves++;
        count(tally.refused, refusal);
      }
      await recover(axis);
      await clock.sleep(AFTER_REFUSAL_MS);
    }
  }

  /** Null when it was accepted, whatever became of it. */
  async #move(axis: Axis, position: number): Promise<string | null> {
    const { tally, clock } = this.#parts;
    const fromMs = clock.nowMs();
    try {
      const record = await axis.submit('move-absolute', { position });
      const { status, error } = await record.ended;
      tally.moves++;
      tally.accepted++;
      if (status === 'done') tally.done++;
      else count(tally.ended, error?.code ?? status);
      const target = axis.kit.scale.toCounts(position as never) as number;
      this.#witness.note({ drive: axis.id, fromMs, toMs: clock.nowMs(), target, isDone: status === 'done' });
      return null;
    } catch (error) {
      if (error instanceof Refusal) return error.problem.code;
      throw error;
    }
  }
}

const count = (of: Map<string, number>, code: string): void => void of.set(code, (of.get(code) ?? 0) + 1);

/** What a person does about an axis that was stopped: none of it may move it. */
async function recover(axis: Axis): Promise<void> {
  const { state, stopLatched } = axis.state();
  const next = state === 'errorStop' ? 'reset' : stopLatched ? 'release' : state === 'disabled' ? 'enable' : null;
  if (next === null) return;
  try {
    await (
      await axis.submit(next, {})
    ).ended;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

/** Flips bits both ways; the next one to flip is drawn, not each asked. */
function bentPort(open: OpenPort, noise: Noise, random: Random): OpenPort {
  let rate = 0;
  let bitsLeft = Infinity;
  const draw = (): number => (rate > 0 ? Math.floor(Math.log(1 - random()) / Math.log(1 - rate)) : Infinity);
  function bent(bytes: Uint8Array): Uint8Array {
    if (rate !== noise.bitErrorRate) {
      rate = noise.bitErrorRate;
      bitsLeft = draw();
    }
    const bits = 8 * bytes.length;
    if (bitsLeft >= bits) {
      bitsLeft -= bits;
      return bytes;
    }
    const copy = bytes.slice();
    while (bitsLeft < bits) {
      copy[bitsLeft >> 3] = (copy[bitsLeft >> 3] ?? 0) ^ (1 << (bitsLeft & 7));
      bitsLeft += 1 + draw();
    }
    bitsLeft -= bits;
    return copy;
  }
  return async (listener, signal) => {
    const port = await open(
      { bytes: (chunk) => listener.bytes(bent(chunk)), lost: (error) => listener.lost(error) },
      signal,
    );
    return { name: port.name, write: (bytes) => port.write(bent(bytes)), close: async () => port.close() };
  };
}

const drive = (unit: number): string => `  axis-${unit}:
    line: noisy
    unit: ${unit}
    profile: kpower-reference
    axis: { unit: mm, travelPerRevolution: 5, range: [0, 400], maxVelocity: 50, maxAcceleration: 400, homingRequired: false }
    poll: { idleMs: 200, movingMs: 40 }
`;
const siteText = `site: noisy
lines:
  noisy: { simulated: { baudRate: 115200, paced: true } }
drives:
${Array.from({ length: AXES_A_LINE }, (_, index) => drive(index + 1)).join('')}`;
