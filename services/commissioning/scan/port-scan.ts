import { isDriverError, type Clock } from '../../../drivers/base/index.ts';
import type { OpenPort } from '../../../drivers/transport/index.ts';
import type { SerialSettings } from '../../contracts/index.ts';
import { createAsker, type Asker } from './asker.ts';
import { type Heard, isDoubtful, isSomebody } from './heard.ts';
import { matchProfile } from './match-profile.ts';
import type { Answered, Garbled, PortRecord } from './port-record.ts';
import { otherParities, sameSerial, serialName } from './serial-choice.ts';
import type { Framing, Probe } from './probe.ts';
import { probeMs, type Pace, type Pass, type Question, type ScanPlan } from './scan-plan.ts';

interface PortScanListener {
  /** A planned question was asked, or need not be any more. */
  asked(plannedMs: number): void;
  found(answered: Answered): void;
}

export interface PortScanOptions {
  readonly port: string;
  readonly open: (serial: SerialSettings) => OpenPort;
  readonly plan: ScanPlan;
  readonly pace: Pace;
  readonly clock: Clock;
  /** Ends the scan between two questions; what was found is kept. */
  readonly signal: AbortSignal;
  readonly listener: PortScanListener;
}

/** No drive comes with it: who answers here as well does not hear the speed at all. */
const UNLIKELY: SerialSettings = { baudRate: 1200, parity: 'none', stopBits: 1 };

/** A garbled answer may be a glitch: it is asked for so often before anything is concluded. */
const REPEATS = 2;

/** Asks everything that is planned on one port. Reads only; never rejects for what a port does. */
export async function scanPort(options: PortScanOptions): Promise<PortRecord> {
  const scan = new PortScan(options);
  await scan.run();
  return scan.record();
}

/** How a question is spoken. */
interface Voice {
  readonly serial: SerialSettings;
  readonly framing: Framing;
}

class PortScan {
  readonly #options: PortScanOptions;
  readonly #answered: Answered[] = [];
  readonly #garbled: Garbled[] = [];
  readonly #examined = new Set<string>();
  #asker: Asker | null = null;
  /** Pseudo-terminals and drives with a USB socket of their own have no speed: they answer whatever is set. */
  #speedless: SerialSettings | null = null;
  #hasEcho = false;
  #trouble: PortRecord['trouble'] = null;
  #isComplete = false;

  constructor(options: PortScanOptions) {
    this.#options = options;
  }

  record(): PortRecord {
    const { port, plan } = this.#options;
    return {
      port,
      answered: this.#answered,
      garbled: this.#garbled,
      hasEcho: this.#hasEcho,
      askedSettings: plan.settings,
      askedUnits: plan.units,
      trouble: this.#trouble,
      isComplete: this.#isComplete,
    };
  }

  async run(): Promise<void> {
    try {
      const waiting = [...this.#options.plan.passes];
      while (waiting.length > 0 && !this.#isStopped) {
        const [pass] = waiting.splice(this.#nextOf(waiting), 1);
        if (pass !== undefined) await this.#sweep(pass);
      }
      this.#isComplete = !this.#isStopped;
    } catch (error) {
      if (!isDriverError(error)) throw error;
      this.#trouble = { kind: error.code === 'PORT_UNAVAILABLE' ? 'port-taken' : 'port-lost', text: error.message };
    } finally {
      await this.#leave();
    }
  }

  get #isStopped(): boolean {
    return this.#options.signal.aborted;
  }

  /** The likely units with every setting; then the others, first with the settings at which somebody lives. */
  #nextOf(waiting: readonly Pass[]): number {
    const likely = waiting.findIndex(({ isLikely }) => isLikely);
    if (likely >= 0) return likely;
    const alive = waiting.findIndex(({ serial }) => this.#answered.some((one) => sameSerial(one.serial, serial)));
    return Math.max(0, alive);
  }

  async #sweep({ serial, framing, questions }: Pass): Promise<void> {
    for (const question of questions) {
      if (this.#isStopped) return;
      if (this.#isSettled(serial)) this.#skip(question, serial);
      else await this.#ask(question, { serial, framing });
    }
  }

  /** Where the speed does not matter, one setting tells all. */
  #isSettled(serial: SerialSettings): boolean {
    return this.#speedless !== null && !sameSerial(serial, this.#speedless);
  }

  #skip({ probes }: Question, serial: SerialSettings): void {
    for (const probe of probes) this.#options.listener.asked(probeMs(probe, serial, this.#options.pace));
  }

  async #ask({ unit, probes }: Question, voice: Voice): Promise<void> {
    const { listener, pace } = this.#options;
    const { serial } = voice;
    let isAnswered = this.#isExamined(serial, unit);
    for (const probe of probes) {
      if (!isAnswered && !this.#isStopped) {
        const asker = await this.#at(voice);
        isAnswered = await this.#follow(await asker.ask(unit, probe), {
          asker,
          unit,
          again: () => asker.ask(unit, probe),
        });
      }
      listener.asked(probeMs(probe, serial, pace));
    }
  }

  /** What follows from an answer; true when the unit need not be asked any more. */
  async #follow(
    heard: Heard,
    { asker, unit, again }: { asker: Asker; unit: number; again: () => Promise<Heard> },
  ): Promise<boolean> {
    this.#hasEcho ||= asker.hasEcho();
    if (heard.kind === 'silence') return false;
    if (heard.kind === 'other-unit') {
      await this.#examine(asker, { unit: heard.unit, heard: [] });
      return false;
    }
    if (!isDoubtful(heard)) {
      await this.#examine(asker, { unit, heard: [heard] });
      return true;
    }
    const repeated: Heard[] = [heard];
    while (repeated.length <= REPEATS) repeated.push(await again());
    if (repeated.some((one) => isSomebody(one) || one.kind === 'two-answers')) {
      await this.#examine(asker, { unit, heard: repeated });
      return true;
    }
    // once bent and then nothing any more: the next question will tell
    if (!repeated.every(isDoubtful)) return false;
    await this.#tryParities(asker, unit);
    return true;
  }

  async #examine(
    asker: Asker,
    { unit, heard }: { readonly unit: number; readonly heard: readonly Heard[] },
  ): Promise<void> {
    if (!this.#mark(asker.serial, unit) || (await this.#isSpeedless(asker.serial, unit))) return;
    const here = await this.#at(asker);
    const match = await matchProfile(here, unit, this.#options.plan.profiles);
    const answered = { serial: here.serial, unit, match, heard: [...heard, ...match.heard] };
    this.#hasEcho ||= here.hasEcho();
    this.#answered.push(answered);
    this.#options.listener.found(answered);
  }

  /** A unit that answers at two speeds is asked at a third. */
  async #isSpeedless(serial: SerialSettings, unit: number): Promise<boolean> {
    const before = this.#answered.find((one) => one.unit === unit && one.serial.baudRate !== serial.baudRate);
    const [probe] = this.#probesOf(unit);
    if (before === undefined || probe === undefined) return false;
    const asker = await this.#at({ serial: UNLIKELY, framing: 'rtu' });
    if (isSomebody(await asker.ask(unit, probe))) this.#speedless = before.serial;
    return this.#speedless !== null;
  }

  #probesOf(unit: number): readonly Probe[] {
    const { passes } = this.#options.plan;
    return passes.flatMap(({ questions }) => questions.find((one) => one.unit === unit)?.probes ?? []);
  }

  async #tryParities({ serial, framing }: Voice, unit: number): Promise<void> {
    if (!this.#mark(serial, unit)) return;
    const [probe] = this.#probesOf(unit);
    let clearAt =
      this.#answered.find((one) => one.unit === unit && one.serial.baudRate === serial.baudRate)?.serial ?? null;
    for (const other of framing === 'rtu' ? otherParities(serial) : []) {
      if (clearAt !== null || probe === undefined) break;
      const asker = await this.#at({ serial: other, framing: 'rtu' });
      const heard = await asker.ask(unit, probe);
      if (!isSomebody(heard)) continue;
      clearAt = other;
      await this.#examine(asker, { unit, heard: [heard] });
    }
    this.#garbled.push({ serial, unit, clearAt });
  }

  /** False when it was examined already. */
  #mark(serial: SerialSettings, unit: number): boolean {
    if (this.#isExamined(serial, unit)) return false;
    this.#examined.add(`${serialName(serial)} ${unit}`);
    return true;
  }

  #isExamined(serial: SerialSettings, unit: number): boolean {
    return this.#examined.has(`${serialName(serial)} ${unit}`);
  }

  /** The port with these settings; opened anew only when they differ. */
  async #at({ serial, framing }: Voice): Promise<Asker> {
    const now = this.#asker;
    if (now !== null && now.framing === framing && sameSerial(now.serial, serial)) return now;
    await this.#leave();
    const { open, pace, clock } = this.#options;
    this.#asker = await createAsker({ open: open(serial), serial, framing, pace, clock });
    return this.#asker;
  }

  async #leave(): Promise<void> {
    const asker = this.#asker;
    this.#asker = null;
    await asker?.close();
  }
}
