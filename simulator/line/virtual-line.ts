import type { Cancel, Clock, Random } from '../../drivers/base/index.ts';
import {
  type CharacterSettings,
  CRC_LENGTH,
  frameTimeMs,
  hasGoodCrc,
  silentGapMs,
  withCrc,
} from '../../drivers/modbus/framing/index.ts';
import type { VirtualDrive } from '../drive/virtual-drive.ts';
import type { VirtualUnit } from '../drive/virtual-unit.ts';
import type { Framing } from '../framing/framing.ts';
import { framingOf } from '../framing/framing-of.ts';
import {
  bendingKinds,
  createMishapSet,
  disturb,
  exceptionCodeOf,
  joined,
  type Mishap,
  type MishapSet,
  type Target,
} from './mishap.ts';
import type { PreciseTimer } from './precise-timer.ts';
import type { Ears } from './request-splitter.ts';

export interface LineOptions {
  readonly name: string;
  readonly serial: CharacterSettings;
  /** Nothing is faster than the wire: a frame counts when its last bit would have come. */
  readonly paced: boolean;
  /** What a drive needs to think, ms; on a paced line it thinks during the silent gap. 0.3 unless told. */
  readonly answerDelayMs?: number | undefined;
  /** What becomes of requests that come while an answer is still under way: a gateway queues, a drive drops. */
  readonly whileBusy?: 'queue' | 'drop' | undefined;
}

interface LineParts {
  readonly clock: Clock;
  readonly timer: PreciseTimer;
  readonly random: Random;
}

/** A way into the line: pseudo-terminal, TCP listener, memory. */
interface LineDoor {
  /** The cable is out: whoever listens loses his connection. */
  unplug(): void;
  /** It is in again. */
  plugIn(): void;
}

/** A request with CRC, or a frame of some maker's own, as it came through a door. */
interface IncomingFrame {
  readonly frame: Uint8Array;
  readonly firstByteMs: number;
  /** Bytes for whoever sent it, at their instant; not called when nobody answers. */
  readonly deliver: (bytes: Uint8Array) => void;
}

/** One half-duplex line with its drives, as the master sees it: one transaction after the other. */
export interface VirtualLine extends Ears {
  readonly name: string;
  readonly serial: CharacterSettings;
  readonly framing: Framing;
  readonly paced: boolean;
  readonly drives: readonly VirtualDrive[];
  take(incoming: IncomingFrame): void;
  addDoor(door: LineDoor): void;
  /** Lets a rule loose; `unplug` without rate and count acts at once. */
  addMishap(mishap: Mishap): void;
  /** Takes all rules back and plugs the line in. */
  clearMishaps(): void;
  mishaps(): ReturnType<MishapSet['list']>;
  isPlugged(): boolean;
  /** Drives live on until now. */
  settle(): void;
  close(): void;
}

const DEFAULT_ANSWER_DELAY_MS = 0.3;
/** As long as something moves the drives are kept up to date at least so often, so that no look at them takes long. */
const CATCH_UP_MS = 250;
/** More waiting requests than any master has in flight. */
const MOST_QUEUED = 64;

export function createVirtualLine(options: LineOptions, units: readonly VirtualUnit[], parts: LineParts): VirtualLine {
  return new SimulatedLine(options, units, parts);
}

class SimulatedLine implements VirtualLine {
  readonly name: string;
  readonly serial: CharacterSettings;
  readonly paced: boolean;
  readonly framing: Framing;
  readonly drives: readonly VirtualDrive[];
  readonly hearsBadFrames: boolean;
  readonly nativeLength: Ears['nativeLength'];
  readonly #units: readonly VirtualUnit[];
  readonly #options: LineOptions;
  readonly #parts: LineParts;
  readonly #mishaps: MishapSet;
  readonly #thinkMs: number;
  readonly #doors: LineDoor[] = [];
  readonly #queue: IncomingFrame[] = [];
  /** When the last bit has left the wire that is on it. */
  #wireFreeMs = 0;
  #answering: Cancel | null = null;
  #catchUp: Cancel | null = null;
  #plugIn: Cancel | null = null;
  #plugged = true;

  constructor(options: LineOptions, units: readonly VirtualUnit[], parts: LineParts) {
    this.name = options.name;
    this.serial = options.serial;
    this.paced = options.paced;
    this.framing = framingOf(units[0]?.profile ?? { framing: 'rtu' });
    this.drives = units.flatMap((unit) => unit.drives);
    this.hearsBadFrames = units.some(({ profile }) => profile.crcErrorException);
    this.nativeLength = nativeLengthOf(units.filter(({ hearsNative }) => hearsNative));
    this.#units = units;
    this.#options = options;
    this.#parts = parts;
    this.#mishaps = createMishapSet(parts.random);
    const delayMs = options.answerDelayMs ?? DEFAULT_ANSWER_DELAY_MS;
    this.#thinkMs = options.paced ? Math.max(silentGapMs(options.serial), delayMs) : delayMs;
  }

  isPlugged = (): boolean => this.#plugged;
  mishaps = (): ReturnType<MishapSet['list']> => this.#mishaps.list();
  addDoor = (door: LineDoor): void => void this.#doors.push(door);

  take(incoming: IncomingFrame): void {
    if (!this.#plugged) return;
    if (this.#answering === null) this.#process(incoming);
    else if (this.#options.whileBusy !== 'drop' && this.#queue.length < MOST_QUEUED) this.#queue.push(incoming);
  }

  addMishap(mishap: Mishap): void {
    const isNow = mishap.kind === 'unplug' && mishap.rate === undefined && mishap.count === undefined;
    if (isNow) this.#unplug(mishap.ms);
    else this.#mishaps.add(mishap);
  }

  clearMishaps(): void {
    this.#mishaps.clear();
    this.#replug();
  }

  settle(): void {
    const nowMs = this.#parts.clock.nowMs();
    for (const unit of this.#units) unit.advance(nowMs);
    this.#keepUp();
  }

  close(): void {
    this.#answering?.();
    this.#catchUp?.();
    this.#plugIn?.();
    this.#queue.length = 0;
    this.#plugged = false;
  }

  #process(incoming: IncomingFrame): void {
    const request = this.#bentRequest(incoming.frame);
    const wireMs = this.paced ? frameTimeMs(this.serial, incoming.frame.length) : 0;
    const heardMs = Math.max(Math.max(incoming.firstByteMs, this.#wireFreeMs) + wireMs, this.#parts.clock.nowMs());
    this.#wireFreeMs = heardMs;
    const answer = request === null ? null : this.#ask(request, heardMs);
    this.#keepUp();
    this.#answer(incoming, answer, heardMs);
  }

  /** The request as the drives hear it; null when they hear none. */
  #bentRequest(frame: Uint8Array): Uint8Array | null {
    if (this.#mishaps.isEmpty() || this.framing.unitOf(frame) === 0) return frame;
    const target = this.#targetOf(frame, 'request');
    if (this.#mishaps.strike(['drop'], target).length > 0) return null;
    const bent = this.#disturbed(frame, this.#mishaps.strike(bendingKinds, target));
    return bent === frame || this.hearsBadFrames || hasGoodCrc(bent) ? bent : null;
  }

  #ask(frame: Uint8Array, heardMs: number): Uint8Array | null {
    if (this.nativeLength?.(frame) === frame.length) return this.#askNative(frame, heardMs);
    const body = frame.subarray(0, frame.length - CRC_LENGTH);
    if (this.hearsBadFrames && !hasGoodCrc(frame))
      return this.#askUnit(body, (unit) => unit.answerBadFrame(body, heardMs));
    if (this.framing.unitOf(body) === 0) return this.#broadcast(body, heardMs);
    return this.#refusal(body) ?? this.#askUnit(body, (unit) => unit.answer(body, heardMs));
  }

  #askUnit(body: Uint8Array, ask: (unit: VirtualUnit) => Uint8Array | null): Uint8Array | null {
    const address = this.framing.unitOf(body);
    let heard: Uint8Array | null = null;
    for (const unit of this.#units) {
      const answer = unit.unit() === address ? ask(unit) : null;
      if (answer !== null) heard = heard === null ? withCrc(answer) : collided(heard, withCrc(answer));
    }
    return heard;
  }

  #askNative(frame: Uint8Array, heardMs: number): Uint8Array | null {
    const native = this.#units.find((unit) => unit.nativeLength(frame) === frame.length);
    return native?.answerNative(frame, heardMs) ?? null;
  }

  #refusal(body: Uint8Array): Uint8Array | null {
    if (this.#mishaps.isEmpty()) return null;
    const target = this.#targetOf(body, 'answer');
    const refusing = this.#units.find((unit) => unit.unit() === target.unit);
    if (refusing === undefined) return null;
    const [mishap] = this.#mishaps.strike(['exception'], target);
    return mishap === undefined ? null : withCrc(refusing.refusal(body, exceptionCodeOf(mishap)));
  }

  /** Nobody answers, but for a drive that does so against the rule. */
  #broadcast(body: Uint8Array, heardMs: number): Uint8Array | null {
    let answer: Uint8Array | null = null;
    for (const unit of this.#units) {
      const target = { ...this.#targetOf(body, 'request'), unit: unit.unit() };
      const isHeard = unit.profile.broadcast === 'obeyed' && this.#mishaps.strike(['drop'], target).length === 0;
      if (isHeard) answer ??= unit.answer(body, heardMs);
    }
    return answer === null ? null : withCrc(answer);
  }

  #answer({ frame, deliver }: IncomingFrame, answer: Uint8Array | null, heardMs: number): void {
    const said = this.#mishaps.isEmpty() ? { bytes: answer, lateMs: 0 } : this.#bentAnswer(frame, answer);
    const { bytes } = said;
    if (bytes === null || !this.#plugged) return this.#next();
    const wireMs = this.paced ? frameTimeMs(this.serial, bytes.length) : 0;
    const dueMs = heardMs + this.#thinkMs + wireMs + said.lateMs;
    this.#wireFreeMs = dueMs;
    if (dueMs <= this.#parts.clock.nowMs()) this.#say(bytes, deliver);
    else this.#answering = this.#parts.timer.at(dueMs, () => this.#say(bytes, deliver));
  }

  #say(bytes: Uint8Array, deliver: IncomingFrame['deliver']): void {
    this.#answering = null;
    deliver(bytes);
    this.#next();
  }

  /** What the master hears, echo included, and how much too late. */
  #bentAnswer(request: Uint8Array, answer: Uint8Array | null): { bytes: Uint8Array | null; lateMs: number } {
    const target = this.#targetOf(request, 'answer');
    const [unplug] = this.#mishaps.strike(['unplug'], target);
    if (unplug !== undefined) this.#unplug(unplug.ms);
    const isEchoed = this.#mishaps.strike(['echo'], target).length > 0;
    const late = answer === null ? [] : this.#mishaps.strike(['late'], target);
    const lateMs = late.reduce((sum, { ms = 0 }) => sum + ms, 0);
    const bent = answer === null ? null : this.#bend(answer, target);
    if (!isEchoed) return { bytes: bent, lateMs };
    return { bytes: bent === null ? request : joined(request, bent), lateMs };
  }

  #bend(answer: Uint8Array, target: Target): Uint8Array | null {
    if (this.#mishaps.strike(['drop'], target).length > 0) return null;
    return this.#disturbed(answer, this.#mishaps.strike(bendingKinds, target));
  }

  #disturbed(frame: Uint8Array, mishaps: readonly Mishap[]): Uint8Array {
    const bender = { random: this.#parts.random, framing: this.framing };
    return mishaps.reduce((bytes, mishap) => disturb(bytes, mishap, bender), frame);
  }

  #targetOf(frame: Uint8Array, way: 'request' | 'answer'): Target {
    return { unit: this.framing.unitOf(frame), functionCode: this.framing.functionOf(frame), way };
  }

  #next(): void {
    const waiting = this.#queue.shift();
    if (waiting !== undefined) this.#process(waiting);
  }

  #unplug(forMs: number | undefined): void {
    if (!this.#plugged) return;
    this.#plugged = false;
    this.#answering?.();
    this.#answering = null;
    this.#queue.length = 0;
    for (const door of this.#doors) door.unplug();
    if (forMs !== undefined) this.#plugIn = this.#parts.clock.after(forMs, () => this.#replug());
  }

  #replug(): void {
    this.#plugIn?.();
    this.#plugIn = null;
    if (this.#plugged) return;
    this.#plugged = true;
    for (const door of this.#doors) door.plugIn();
  }

  #keepUp(): void {
    if (this.#catchUp !== null || this.#units.every((unit) => unit.isIdle())) return;
    this.#catchUp = this.#parts.clock.after(CATCH_UP_MS, () => {
      this.#catchUp = null;
      this.settle();
    });
  }
}

function nativeLengthOf(units: readonly VirtualUnit[]): Ears['nativeLength'] {
  if (units.length === 0) return null;
  return (bytes) => {
    for (const unit of units) {
      const length = unit.nativeLength(bytes);
      if (length !== null) return length;
    }
    return null;
  };
}

/** Two drives at one address talk at once, as far as anybody can say what is heard then. */
function collided(one: Uint8Array, other: Uint8Array): Uint8Array {
  const longer = one.length >= other.length ? one : other;
  return longer.map((byte, index) => byte & (one[index] ?? 0xff) & (other[index] ?? 0xff));
}
