import type { Clock, DriverError } from '../base/index.ts';
import type { BytePort } from '../transport/index.ts';
import { behindPromises } from './behind-promises.ts';
import type { Codec } from './codec.ts';
import { Deadline } from './deadline.ts';
import type { LineLoad, LineStats } from './line.ts';
import { LineQuality } from './line-quality.ts';
import type { LineTiming } from './line-timing.ts';
import { preciseWait } from './precise-wait.ts';
import { Quarantine } from './quarantine.ts';
import { Receiver, type Reception } from './receiver.ts';
import { absence, refusalOf } from './refusal.ts';
import { RequestQueue } from './request-queue.ts';
import type { Transaction } from './transaction.ts';
import { UnitRecord } from './unit-record.ts';
import { Utilisation } from './utilisation.ts';
import type { Wire, WireListener } from './wire.ts';

export interface EngineOptions {
  readonly clock: Clock;
  readonly timing: LineTiming;
  readonly queueDepth: number;
  readonly toleratesLeadingNoise: boolean;
  readonly codec: Codec;
  readonly wire: (listener: WireListener) => Wire;
  /** The port takes no bytes or its stream makes no sense any more: open it anew. */
  readonly portFailed: (error: unknown) => void;
}

/**
 * One request in flight, the rest in lanes. What came is believed only as the proven answer of that request; any doubt
 * puts the line into quarantine, which only stop frames may break.
 */
export class LineEngine {
  readonly #clock: Clock;
  readonly #timing: LineTiming;
  readonly #options: EngineOptions;
  readonly #queue: RequestQueue;
  readonly #wire: Wire;
  readonly #codec: Codec;
  readonly #quality = new LineQuality();
  readonly #utilisation = new Utilisation();
  readonly receive = (chunk: Uint8Array): void => this.#wire.receive(chunk);
  readonly load = (): LineLoad => ({ quality: this.#quality.verdict, transactionMs: this.#utilisation.meanMs() });
  readonly #units = new Map<number, UnitRecord>();
  readonly #quarantine: Quarantine;
  readonly #answerDue: Deadline;
  readonly #waitUntil: ReturnType<typeof preciseWait>;
  readonly #gapOver = (): void => {
    this.#isWaitingForGap = false;
    this.#pump();
  };
  #port: BytePort | undefined;
  #receiver: Receiver;
  #inFlight: Transaction | undefined;
  #probe: Transaction | undefined;
  /** The read that tells whether the line echoes, when a stop could not wait for it. */
  #echoProof: Transaction | undefined;
  #lastRead: Transaction | undefined;
  #awaitsAnswer = false;
  #sentAtMs = 0;
  #timeoutMs = 0;
  /** Request and answer of what is in flight, or was last. */
  #bytes = 0;
  #readyAtMs = 0;
  #isWaitingForGap = false;
  #isPumping = false;
  #strayFrames = 0;
  #noisyAnswers = 0;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#timing = options.timing;
    this.#codec = options.codec;
    this.#queue = new RequestQueue(options.queueDepth);
    this.#wire = options.wire({
      bytes: (chunk) => this.#heard(chunk),
      stray: () => void this.#strayFrames++,
      garbled: () => options.portFailed(new Error('what came is not Modbus TCP')),
    });
    this.#receiver = this.#newReceiver();
    this.#waitUntil = preciseWait(options.clock);
    this.#quarantine = new Quarantine(options.clock, {
      silent: () => this.#afterSilence(),
      endless: () => this.#refuseWaiting('the line does not fall silent; something else is sending on it'),
    });
    this.#answerDue = new Deadline(options.clock, () => this.#answerIsDue());
  }

  attach(port: BytePort): void {
    this.#port = port;
    this.#receiver = this.#newReceiver();
    this.#wire.reset();
    this.#readyAtMs = this.#clock.nowMs() + this.#timing.gapMs;
    for (const unit of this.#units.values()) unit.forgive();
  }

  /** The port is gone: every promise that hangs on it is settled. */
  detach(error: DriverError): void {
    this.#port = undefined;
    this.#quarantine.end();
    this.#answerDue.dispose();
    this.#probe = undefined;
    this.#echoProof = undefined;
    this.#inFlight?.fail(error.code, error.message, { cause: error });
    this.#inFlight = undefined;
    for (const waiting of this.#queue.drain('all')) waiting.refuse(error.code, error.message, error);
  }

  submit(transaction: Transaction): void {
    const unit = this.#unit(transaction.unit);
    const absent = unit.mayBeAbsent ? absence(transaction, unit, this.#clock.nowMs()) : undefined;
    if (absent !== undefined) return transaction.refuse(absent.code, absent.message);
    if (!this.#queue.add(transaction)) {
      return transaction.refuse('QUEUE_FULL', `the line's ${transaction.lane} lane is full`);
    }
    this.#pump();
  }

  stats(): Omit<LineStats, 'state' | 'openedPorts'> {
    return {
      quarantines: this.#quarantine.count,
      strayFrames: this.#strayFrames,
      noisyAnswers: this.#noisyAnswers,
      badShare: this.#quality.badShare,
      ...this.load(),
      utilisation: this.#utilisation.share(this.#clock.nowMs()),
      queued: this.#queue.length,
      units: new Map([...this.#units].map(([unit, record]) => [unit, record.counters()])),
    };
  }

  /** Sends what may be sent now: the one place from which bytes leave. */
  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    while (this.#port !== undefined && this.#inFlight === undefined && this.#hasSendable()) {
      const nowMs = this.#clock.nowMs();
      if (nowMs < this.#readyAtMs) {
        this.#waitForGap();
        break;
      }
      const next = this.#takeNext();
      if (next === undefined) break;
      const refusal = refusalOf(next, this.#unit(next.unit), nowMs);
      if (refusal === undefined) this.#begin(next, this.#port, nowMs);
      else next.refuse(refusal.code, refusal.message);
    }
    this.#isPumping = false;
  }

  #hasSendable(): boolean {
    if (this.#echoProof !== undefined) return true;
    if (this.#quarantine.isActive) return this.#queue.hasStopFrame;
    return this.#queue.length > 0 || this.#probe !== undefined;
  }

  #takeNext(): Transaction | undefined {
    const proof = this.#echoProof;
    this.#echoProof = undefined;
    const stop = proof ?? this.#queue.takeStopFrame();
    if (stop !== undefined || this.#quarantine.isActive) return stop;
    const probe = this.#probe;
    // whether it may be sent or not: the line does not wait for it
    this.#probe = undefined;
    return probe ?? this.#queue.take();
  }

  #waitForGap(): void {
    if (this.#isWaitingForGap) return;
    this.#isWaitingForGap = true;
    this.#waitUntil(this.#readyAtMs, this.#gapOver);
  }

  /** On a line that may echo, a read goes before the first request whose good answer is a copy of it. */
  #begin(next: Transaction, port: BytePort, nowMs: number): void {
    const proof = this.#receiver.echo === 'unproven' ? next.takeEchoProof(this.#codec, 'before') : undefined;
    if (proof !== undefined) this.#queue.putBack(next);
    this.#transmit(proof ?? next, port, nowMs);
  }

  #transmit(next: Transaction, port: BytePort, nowMs: number): void {
    const expected = this.#codec.expect(next.request, next.options);
    const { request, answerLength } = expected;
    this.#unit(next.unit).sent();
    this.#receiver.expect(expected);
    this.#awaitsAnswer = answerLength > 0;
    this.#bytes = request.length + answerLength;
    this.#inFlight = next;
    this.#sentAtMs = nowMs;
    const lengths = { request: request.length, answer: answerLength };
    this.#timeoutMs = this.#timing.timeoutMs(lengths, next.options.turnaroundMs);
    this.#answerDue.set(nowMs + this.#timeoutMs);
    try {
      port.write(this.#wire.wrap(request));
    } catch (error) {
      this.#options.portFailed(error);
    }
  }

  #heard(chunk: Uint8Array): void {
    if (this.#inFlight === undefined) return this.#heardUnasked();
    if (!this.#awaitsAnswer) {
      // An adapter that echoes repeats the broadcast; anything else speaks out of turn.
      if (this.#receiver.echo === 'off') this.#heardUnasked();
      return;
    }
    const reception = this.#receiver.push(chunk);
    if (reception !== 'more' && reception !== 'good unless more comes') this.#received(reception);
  }

  #heardUnasked(): void {
    this.#keepSilent(0, this.#clock.nowMs());
    if (this.#quarantine.isActive) return this.#quarantine.heard();
    this.#strayFrames++;
    if (!this.#wire.needsQuarantine) return;
    this.#quality.record('bad');
    this.#doubt(this.#timing.latenessMs(this.#timeoutMs));
  }

  #received(reception: Exclude<Reception, 'more' | 'good unless more comes'>): void {
    const nowMs = this.#clock.nowMs();
    const ended = this.#release(nowMs);
    if (ended === undefined) return;
    if (reception === 'good') this.#answered(ended, nowMs);
    else if (reception === 'refused') this.#refused(ended, nowMs);
    else this.#mistrust(ended, reception);
    // whoever was answered goes on first: a poll would slip between two frames of a move, and hold it up
    if (this.#queue.hasOnlyPolls) behindPromises(() => this.#pump());
    else this.#pump();
  }

  #answered(ended: Transaction, nowMs: number): void {
    this.#countAnswer(this.#unit(ended.unit), nowMs);
    if (ended.isRead) this.#lastRead = ended;
    ended.answered(this.#receiver.answer(), this.#codec);
  }

  #refused(ended: Transaction, nowMs: number): void {
    const record = this.#unit(ended.unit);
    const refusal = this.#codec.refusal(this.#receiver.answer(), ended);
    if (refusal.code === 'EXCEPTION') {
      this.#countAnswer(record, nowMs);
      record.exceptions++;
    } else {
      // The request was garbled on its way; there is no doubt about whose answer this is.
      record.garbled();
      this.#quality.record('bad', this.#bytes);
    }
    ended.fail(refusal.code, refusal.message, refusal);
  }

  #countAnswer(record: UnitRecord, nowMs: number): void {
    const isolatedSilences = record.answered(nowMs - this.#sentAtMs);
    for (let silence = 0; silence < isolatedSilences; silence++) this.#quality.record('bad', this.#bytes);
    this.#quality.record('good', this.#bytes);
    if (this.#receiver.hadLeadingNoise) this.#noisyAnswers++;
  }

  #mistrust(ended: Transaction, fault: string): void {
    this.#unit(ended.unit).garbled();
    this.#quality.record('bad', this.#bytes);
    ended.fail('BAD_FRAME', `what came does not answer the request to unit ${ended.unit}: ${fault}`);
    this.#doubt(this.#timing.latenessMs(this.#timeoutMs));
  }

  /** Bytes that came in time while the process was busy are read before the answer is called late. */
  #answerIsDue(): void {
    const awaited = this.#inFlight;
    setImmediate(() => {
      if (awaited !== undefined && awaited === this.#inFlight) this.#timedOut();
    });
  }

  #timedOut(): void {
    const remainder = this.#receiver.remainder();
    const nowMs = this.#clock.nowMs();
    const ended = this.#release(nowMs);
    if (ended === undefined) return;
    if (!this.#awaitsAnswer) ended.sent();
    else if (remainder === 'good' || (remainder === 'copy' && ended.request.kind === 'raw')) {
      this.#answered(ended, nowMs);
    } else if (remainder === 'cut short') this.#mistrust(ended, 'cut short');
    else if (remainder === 'copy' && ended.lane === 'stop') this.#onlyCopied(ended);
    else this.#silent(ended, nowMs);
    this.#pump();
  }

  /**
   * All that came of a stop on a line that may echo was its copy: the answer, or the adapter. Nothing is late that could be
   * taken for another answer, so a read that cannot be its own copy goes at once, also before the same stop comes
   * again: without it no stop could ever be acknowledged.
   */
  #onlyCopied(ended: Transaction): void {
    this.#echoProof = ended.takeEchoProof(this.#codec, 'after');
    ended.fail('TIMEOUT', `unit ${ended.unit} may have answered, or an adapter that echoes has`);
  }

  #silent(ended: Transaction, nowMs: number): void {
    const record = this.#unit(ended.unit);
    const wasDemoted = record.isDemoted;
    record.silent(nowMs, this.#timeoutMs);
    ended.fail('TIMEOUT', `unit ${ended.unit} did not answer within ${this.#timeoutMs.toFixed(1)} ms`);
    const latenessMs = this.#timing.latenessMs(this.#timeoutMs);
    // A dead unit must not cost the others a quarantine a poll: its late answer could only be taken for another read of
    // the same unit, so only those are held back.
    if (wasDemoted && ended.isRead) record.quietUntilMs = nowMs + latenessMs;
    else if (!wasDemoted || !ended.isStopThatNamesItself(this.#codec)) this.#doubt(latenessMs);
  }

  #doubt(latenessMs: number): void {
    if (this.#wire.needsQuarantine) this.#quarantine.begin(latenessMs);
  }

  #release(nowMs: number): Transaction | undefined {
    const ended = this.#inFlight;
    this.#inFlight = undefined;
    this.#answerDue.clear();
    this.#keepSilent(ended?.options.quietAfterMs ?? 0, nowMs);
    this.#utilisation.add(nowMs - this.#sentAtMs, nowMs, this.#readyAtMs - nowMs);
    if (this.#quarantine.isActive) this.#quarantine.heard();
    return ended;
  }

  /** Nothing leaves before the silent gap is over, nor before the drive can hear again. */
  #keepSilent(quietMs: number, nowMs: number): void {
    this.#readyAtMs = Math.max(this.#readyAtMs, nowMs + Math.max(this.#timing.gapMs, quietMs));
  }

  /** The line is trusted again when a unit that used to answer answers a known question. */
  #afterSilence(): void {
    const known = this.#lastRead;
    if (known !== undefined && !this.#unit(known.unit).isSilent) this.#probe = known.repeated();
    this.#pump();
  }

  #refuseWaiting(reason: string): void {
    for (const waiting of this.#queue.drain('not-stop')) waiting.refuse('BAD_FRAME', reason);
  }

  #newReceiver(): Receiver {
    const { codec, toleratesLeadingNoise } = this.#options;
    return new Receiver({ codec, echo: this.#wire.needsQuarantine ? 'unproven' : 'off', toleratesLeadingNoise });
  }

  #unit(unit: number): UnitRecord {
    let record = this.#units.get(unit);
    if (record === undefined) {
      record = new UnitRecord();
      this.#units.set(unit, record);
    }
    return record;
  }
}
