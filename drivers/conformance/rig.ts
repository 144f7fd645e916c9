import { DriverError } from '../base/index.ts';
import { createDrive, type Drive, type DriveIntent, type DriveState } from '../drive/index.ts';
import type { ModbusLine } from '../modbus/index.ts';
import type { ConformanceOptions } from './options.ts';
import type { FramesCounted, RegisterReading } from './report.ts';
import { STOP_TURNS } from './small-motion.ts';

const LOOK_MS = 20;
/** Besides the time that the drive needs to boot: a port to be opened, an identity to be read, a configuration. */
const CONNECT_MS = 6000;
const READING_MS = 2000;
/** One reading at rest may be the instant of a turn-round or of a late start. */
const READS_AT_REST = 3;

/** What earlier steps have found out and later ones build on. */
export interface Findings {
  registers: readonly RegisterReading[];
  move: { readonly commanded: number; readonly shown: number } | null;
  /** This run has switched the motor on. */
  hasPower: boolean;
}

/** The drive under test, its line, and what becomes of both: opened, closed, counted, stopped. */
export class Rig {
  readonly options: ConformanceOptions;
  readonly findings: Findings = { registers: [], move: null, hasPower: false };
  readonly frames: FramesCounted = { requests: 0, answers: 0, timeouts: 0, badFrames: 0, exceptions: 0 };
  #open: { readonly line: ModbusLine; readonly drive: Drive } | null = null;

  constructor(options: ConformanceOptions) {
    this.options = options;
  }

  isOpen(): boolean {
    return this.#open !== null;
  }

  drive(): Drive {
    return this.#opened().drive;
  }

  line(): ModbusLine {
    return this.#opened().line;
  }

  /** @throws DriverError with the reason when the drive is not there in time, or another one is */
  async connect(signal?: AbortSignal): Promise<void> {
    await this.disconnect();
    const { profile, unit, clock, openLine, serialNumberPin } = this.options;
    const line = openLine();
    const drive = createDrive({
      line,
      unit,
      profile,
      clock,
      serialNumberPin,
      watchdogMs: profile.watchdog?.defaultMs ?? null,
      quickStopDeceleration: STOP_TURNS * profile.countsPerRevolution,
    });
    this.#open = { line, drive };
    drive.start({ sample: () => undefined, link: () => undefined, rebooted: () => undefined });
    const untilMs = clock.nowMs() + profile.timing.bootMs + CONNECT_MS;
    while (drive.link().state !== 'online') {
      const link = drive.link();
      if (clock.nowMs() >= untilMs && link.state !== 'online') throw new DriverError('OFFLINE', link.reason, { unit });
      await clock.sleep(LOOK_MS, signal);
    }
  }

  async disconnect(): Promise<void> {
    if (this.#open === null) return;
    const { line, drive } = this.#open;
    this.#open = null;
    await drive.close();
    const counted = line.stats().units.get(this.options.unit);
    for (const kind of ['requests', 'answers', 'timeouts', 'badFrames', 'exceptions'] as const)
      this.frames[kind] += counted?.[kind] ?? 0;
    await line.close();
  }

  async execute(intent: DriveIntent): Promise<void> {
    const { signal } = this.options;
    signal.throwIfAborted();
    await this.drive().execute(intent, { stillWanted: () => !signal.aborted });
    signal.throwIfAborted();
  }

  async state(): Promise<DriveState> {
    this.options.signal.throwIfAborted();
    return (await this.drive().fresh(READING_MS)).state;
  }

  /** @throws DriverError STEP_TIMEOUT, or FAULT as soon as the drive shows one */
  async until(what: string, holds: (state: DriveState) => boolean, withinMs: number): Promise<DriveState> {
    const { clock, unit } = this.options;
    const untilMs = clock.nowMs() + withinMs;
    for (;;) {
      const state = await this.state();
      if (holds(state)) return state;
      if (state.fault !== null)
        throw new DriverError('FAULT', `the drive reports a fault: ${state.fault.text}`, { unit });
      if (clock.nowMs() >= untilMs)
        throw new DriverError('STEP_TIMEOUT', `not seen within ${withinMs} ms: ${what}`, { unit });
      await this.pause(LOOK_MS);
    }
  }

  /** Several readings one after the other that show no motion. */
  async atRest(withinMs: number): Promise<DriveState> {
    let reads = 0;
    return this.until(
      'the drive at rest',
      ({ moving }) => (reads = moving === true ? 0 : reads + 1) >= READS_AT_REST,
      withinMs,
    );
  }

  async pause(durationMs: number): Promise<void> {
    await this.options.clock.sleep(durationMs, this.options.signal);
  }

  has(verb: Parameters<Drive['verbs']['has']>[0]): boolean {
    return this.drive().verbs.has(verb);
  }

  #opened(): { readonly line: ModbusLine; readonly drive: Drive } {
    if (this.#open === null) throw new DriverError('OFFLINE', 'the line is closed', { unit: this.options.unit });
    return this.#open;
  }
}
