import { DriverError, isDriverError, type Clock } from '../base/index.ts';
import type { ModbusLine } from '../modbus/index.ts';
import type { Attacher } from './attach.ts';
import type { DriveIdentity, DriveLink, ForeignSetting } from './drive.ts';
import { Pause } from './pause.ts';
import type { Poller } from './poller.ts';

const BACK_OFF_MS = [250, 500, 1000] as const;
/** The line itself asks a silent unit only now and then; whoever waits longer beside that misses its turn. */
const SILENT_BACK_OFF_MS = 2000;
/** Who answers, and is not the one that was meant, stays so until somebody changes it. */
const REFUSED_BACK_OFF_MS = 5000;

export interface ConnectionParts {
  readonly line: ModbusLine;
  readonly attacher: Attacher;
  readonly poller: Poller;
  readonly clock: Clock;
  readonly events: {
    readonly link: (link: DriveLink) => void;
    /** The line is back, or the drive has answered for the first time since it was lost. */
    readonly back: () => void;
    readonly rebooted: () => void;
    readonly reconfigured: (found: readonly ForeignSetting[]) => void;
    /** Nothing that was known of the drive holds any more. */
    readonly lost: (reason: DriverError) => void;
  };
}

/** Keeps one drive connected: line up, identified, configured, polled; and all that again after every loss. */
export class Connection {
  readonly #parts: ConnectionParts;
  readonly #closing = new AbortController();
  readonly #backOff: Pause;
  #session = new AbortController();
  #link: DriveLink = { state: 'offline', reason: 'not connected yet' };
  #hasTold = false;
  #identity: DriveIdentity | null = null;
  #isProved = false;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
    this.#backOff = new Pause(parts.clock);
  }

  start(): void {
    const { line } = this.#parts;
    const forget = line.onState((state, reason) => {
      if (state === 'offline') this.#endSession(`the line ${line.name} is offline: ${reason}`);
      else this.#parts.events.back();
    });
    this.#closing.signal.addEventListener('abort', forget, { once: true });
    this.#keep().catch((error: unknown) => {
      if (!this.#closing.signal.aborted) throw error;
    });
  }

  link(): DriveLink {
    return this.#link;
  }

  identity(): DriveIdentity | null {
    return this.#identity;
  }

  /** Whether the drive that was meant has proved to answer here; a wrong identity takes it back. */
  mayWrite(): boolean {
    return this.#isProved;
  }

  /** It was switched off and on: that ends the session, the configuration is gone. */
  restarted(): void {
    if (this.#link.state === 'online') this.#endSession('the drive was switched off and on');
  }

  /** Tries again now if it waits to. */
  hurry(): void {
    this.#backOff.cutShort();
  }

  close(): void {
    const reason = new DriverError('OFFLINE', 'the drive has been closed');
    this.#closing.abort(reason);
    this.#session.abort(reason);
    this.#link = { state: 'offline', reason: reason.message };
    this.#parts.events.lost(reason);
  }

  #endSession(reason: string): void {
    if (!this.#isOffline()) this.#tell({ state: 'offline', reason });
    this.#session.abort(new DriverError('OFFLINE', reason));
  }

  async #keep(): Promise<void> {
    for (let attempt = 0; !this.#closing.signal.aborted;) {
      await this.#lineIsOnline();
      this.#closing.signal.throwIfAborted();
      this.#session = new AbortController();
      const { signal } = this.#session;
      try {
        await this.#attach(signal);
        attempt = 0;
        await this.#parts.poller.run(signal);
      } catch (error) {
        await this.#afterLoss(error, attempt++);
      }
    }
  }

  async #afterLoss(error: unknown, attempt: number): Promise<void> {
    this.#closing.signal.throwIfAborted();
    // whoever ended the session has said why
    if (this.#session.signal.aborted) return;
    const link = linkAfter(error);
    this.#tell(link);
    const longestMs = link.state === 'refused' ? REFUSED_BACK_OFF_MS : SILENT_BACK_OFF_MS;
    await this.#backOff.wait(BACK_OFF_MS[attempt] ?? longestMs, this.#closing.signal);
  }

  async #attach(signal: AbortSignal): Promise<void> {
    const { attacher, events } = this.#parts;
    const seen = await this.#identify();
    const hasRestarted = this.#identity !== null && wasRestarted(this.#identity, seen);
    this.#identity = seen;
    if (hasRestarted) events.rebooted();
    signal.throwIfAborted();
    const found = await attacher.configure(signal);
    if (found.length > 0) events.reconfigured(found);
    this.#tell({ state: 'online' });
  }

  async #identify(): Promise<DriveIdentity> {
    try {
      const seen = await this.#parts.attacher.identify();
      this.#isProved = true;
      this.#parts.events.back();
      return seen;
    } catch (error) {
      if (isDriverError(error, 'WRONG_IDENTITY')) this.#isProved = false;
      throw error;
    }
  }

  async #lineIsOnline(): Promise<void> {
    const { line } = this.#parts;
    if (line.state() === 'online') return;
    if (!this.#isOffline()) this.#tell({ state: 'offline', reason: `the line ${line.name} is offline` });
    const { signal } = this.#closing;
    await new Promise<void>((resolve, reject) => {
      const end = (settle: () => void): void => {
        forget();
        signal.removeEventListener('abort', abort);
        settle();
      };
      const abort = (): void => end(() => reject(signal.reason as Error));
      const forget = line.onState((state) => {
        if (state === 'online') end(resolve);
      });
      signal.addEventListener('abort', abort, { once: true });
    });
  }

  #isOffline(): boolean {
    return this.#hasTold && this.#link.state === 'offline';
  }

  /** Says each change once, and the first finding in any case. */
  #tell(link: DriveLink): void {
    const { events } = this.#parts;
    if (this.#hasTold && link.state === this.#link.state && reasonOf(link) === reasonOf(this.#link)) return;
    this.#hasTold = true;
    this.#link = link;
    if (link.state !== 'online') events.lost(new DriverError('OFFLINE', `the drive is ${link.state}: ${link.reason}`));
    events.link(link);
  }
}

const reasonOf = (link: DriveLink): string | null => (link.state === 'online' ? null : link.reason);

/** Where the drive has no boot counter, any absence may have been a power cycle. */
function wasRestarted(before: DriveIdentity, now: DriveIdentity): boolean {
  return now.bootCounter === null || now.bootCounter !== before.bootCounter || now.serialNumber !== before.serialNumber;
}

/** Silence is offline; a drive that answers but is not usable is refused. */
function linkAfter(error: unknown): DriveLink {
  const reason = error instanceof Error ? error.message : String(error);
  const isRefused = isDriverError(error, 'WRONG_IDENTITY', 'NOT_VERIFIED', 'EXCEPTION', 'UNSUPPORTED');
  return { state: isRefused ? 'refused' : 'offline', reason };
}
