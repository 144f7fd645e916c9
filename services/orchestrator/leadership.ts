import {
  problem,
  Refusal,
  type LeadershipGrant,
  type OrchestratorName,
  type OrchestratorRole,
  type TakeOverReport,
} from '../contracts/index.ts';
import type { Logger } from '../platform/process/index.ts';
import type { DeviceClient } from './device-client.ts';
import { hasLost, leaderIn, mayClaim, type Sight } from './domain/leading.ts';
import { createListeners, type Listen } from './listeners.ts';
import { newId } from './new-id.ts';
import type { Clock, Random } from './time.ts';

export interface LeadershipParts {
  readonly self: OrchestratorName;
  /** In the order of the site file, which is the same for every orchestrator. */
  readonly lines: readonly string[];
  readonly clientOf: (line: string) => DeviceClient | null;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** Whether this orchestrator commands, or stands by for another. */
export interface Leadership {
  /** Null where the site has only this one. */
  readonly role: () => OrchestratorRole | null;
  /** False as soon as its leases may have ended by its own clock, before any line says so. */
  readonly isActive: () => boolean;
  /** What is shown to the process of a line with each command; null where none is asked for. @throws Refusal standby, fenced */
  readonly fence: (line: string) => string | null;
  /** Throws the refusal of whatever only the active one takes. @throws Refusal standby */
  readonly check: () => void;
  /** Takes every line that answers, whoever has it. */
  readonly takeOver: () => Promise<TakeOverReport>;
  /** A line has refused this one: who leads is looked up at once. */
  readonly doubt: () => void;
  /** Told with true when it begins to command, with false when it ends. */
  readonly onChange: Listen<boolean>;
  readonly close: () => Promise<void>;
}

/** The only orchestrator of its site. */
export const aloneInCharge: Leadership = {
  role: () => null,
  isActive: () => true,
  fence: () => null,
  check: () => undefined,
  takeOver: async () => {
    throw new Refusal(problem('unsupported', 'This site names one orchestrator only: nobody stands by.'));
  },
  doubt: () => undefined,
  onChange: () => () => undefined,
  close: async () => undefined,
};

const TTL_MS = 3000;
/** Two renewals may fail before the lease ends. */
const RENEW_MS = 1000;
const LOOK_MS = 500;

interface Hold {
  readonly token: string;
  /** By the clock of this process, counted from before the request: never later than by the clock of the line. */
  readonly untilMs: number;
}

/** Holds the leadership of every line while it commands; stands by, looks, and takes its turn when there is no leader. */
export function createLeadership(parts: LeadershipParts): Leadership {
  const loop = new LeadershipLoop(parts);
  void loop.run();
  return {
    role: () => loop.role(),
    isActive: () => loop.isActive(),
    fence: (line) => loop.fence(line),
    check: () => loop.check(),
    takeOver: () => loop.takeOver(),
    doubt: () => loop.lookNow(),
    onChange: loop.onChange,
    close: () => loop.close(),
  };
}

class LeadershipLoop {
  readonly onChange: Listen<boolean>;
  readonly #parts: LeadershipParts;
  readonly #instance: string;
  readonly #tell: (isActive: boolean) => void;
  readonly #holds = new Map<string, Hold>();
  readonly #end = new AbortController();
  #isLeading = false;
  #leader: OrchestratorName | null = null;
  #freeSinceMs: number | null = null;
  #wake: () => void = () => undefined;
  /** One thing at a time: a turn of the loop, a take-over. */
  #turns: Promise<unknown> = Promise.resolve();

  constructor(parts: LeadershipParts) {
    const changes = createListeners<boolean>();
    this.#parts = parts;
    this.#instance = newId(parts.random);
    this.#tell = changes.tell;
    this.onChange = changes.listen;
  }

  role(): OrchestratorRole {
    const isActive = this.isActive();
    const { self } = this.#parts;
    return { name: self.name, role: isActive ? 'active' : 'standby', active: isActive ? self : this.#leader };
  }

  isActive(): boolean {
    const nowMs = this.#parts.clock.nowMs();
    return this.#isLeading && [...this.#holds.values()].some(({ untilMs }) => nowMs < untilMs);
  }

  check(): void {
    if (this.isActive()) return;
    const { self } = this.#parts;
    const other = this.#leader;
    const who = other === null ? 'none is active at the moment' : `${other.name} at ${other.url} is active`;
    const detail = `Orchestrator ${self.name} stands by; ${who}.`;
    throw new Refusal(problem('standby', detail, other === null ? {} : { instead: other.url }));
  }

  /** A hold that has ended by this clock is shown all the same: the line decides by its own. */
  fence(line: string): string {
    this.check();
    const hold = this.#holds.get(line);
    if (hold !== undefined) return hold.token;
    throw new Refusal(problem('fenced', `Line ${line} does not obey ${this.#parts.self.name} yet.`));
  }

  async run(): Promise<void> {
    while (!this.#end.signal.aborted) {
      await this.#inTurn(() => this.#turn());
      await this.#rest(this.#isLeading ? RENEW_MS : LOOK_MS);
    }
  }

  lookNow(): void {
    this.#wake();
  }

  takeOver(): Promise<TakeOverReport> {
    return this.#inTurn(async () => {
      const { self, lines, clock } = this.#parts;
      const beganMs = clock.nowMs();
      if (!this.isActive()) {
        await Promise.all(lines.map((line) => this.#take(line, true)));
        if (this.#holds.size > 0) this.#lead('by command');
      }
      const taken = lines.filter((line) => this.#holds.has(line));
      const silent = lines.filter((line) => !this.#holds.has(line));
      return { name: self.name, taken, silent, durationMs: clock.nowMs() - beganMs };
    });
  }

  async close(): Promise<void> {
    this.#end.abort(new Error('the orchestrator closes'));
    this.#wake();
    await this.#inTurn(async () => {
      if (this.#isLeading) await this.#standDown('it closes');
    });
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#turns.then(act);
    this.#turns = done.catch(() => undefined);
    return done;
  }

  async #rest(forMs: number): Promise<void> {
    const rest = new AbortController();
    this.#wake = () => rest.abort(new Error('woken'));
    await this.#parts.clock.sleep(forMs, AbortSignal.any([rest.signal, this.#end.signal])).catch(() => undefined);
  }

  async #turn(): Promise<void> {
    if (this.#end.signal.aborted) return;
    if (this.#isLeading) await this.#leadOn();
    else await this.#standBy();
  }

  async #leadOn(): Promise<void> {
    // whoever slept through its leases goes on with nothing, also where nobody has taken them meanwhile
    if (!this.isActive()) return this.#standDown('its leases have ended');
    const sights = await Promise.all(this.#parts.lines.map((line) => this.#hold(line)));
    this.#leader = leaderIn(sights);
    if (hasLost(sights)) return this.#standDown('another leads, or no line obeys it any more');
  }

  async #standBy(): Promise<void> {
    const { lines, clock } = this.#parts;
    const sights = await Promise.all(lines.map((line) => this.#look(line)));
    this.#leader = leaderIn(sights);
    if (!sights.every(({ kind }) => kind === 'free' || kind === 'silent')) this.#freeSinceMs = null;
    else this.#freeSinceMs ??= clock.nowMs();
    if (this.#freeSinceMs === null || !mayClaim(sights, clock.nowMs() - this.#freeSinceMs)) return;
    await this.#claim(lines.filter((_line, index) => sights[index]?.kind === 'free'));
  }

  /** One line after the other in the order that all know, so that of two who begin at once one is refused at the first. */
  async #claim(lines: readonly string[]): Promise<void> {
    for (const line of lines) {
      const sight = await this.#take(line, false);
      if (sight.kind !== 'other') continue;
      this.#leader = sight.leader;
      this.#freeSinceMs = null;
      return this.#giveAllBack();
    }
    if (this.#holds.size > 0) this.#lead('nobody else did');
  }

  #lead(why: string): void {
    const { self, logger } = this.#parts;
    this.#isLeading = true;
    this.#freeSinceMs = null;
    this.#leader = self;
    logger.warn({ lines: [...this.#holds.keys()] }, `orchestrator ${self.name} is active: ${why}`);
    this.#tell(true);
  }

  async #standDown(why: string): Promise<void> {
    const { self, logger } = this.#parts;
    this.#isLeading = false;
    this.#freeSinceMs = null;
    logger.warn({ leader: this.#leader }, `orchestrator ${self.name} stands by: ${why}`);
    this.#tell(false);
    await this.#giveAllBack();
  }

  async #giveAllBack(): Promise<void> {
    const held = [...this.#holds];
    this.#holds.clear();
    // What is not given back ends by itself.
    const giving = held.map(async ([line, { token }]) => this.#clientOf(line)?.giveLeadershipBack(line, token));
    await Promise.allSettled(giving);
  }

  async #look(line: string): Promise<Sight> {
    try {
      const state = await this.#clientOf(line)?.readLeadership(line);
      if (state === undefined) return SILENT;
      return state.leader === null ? { kind: 'free', lapsed: state.lapsed } : { kind: 'other', leader: state.leader };
    } catch {
      return SILENT;
    }
  }

  /** Renews what it has, takes what it has not. */
  async #hold(line: string): Promise<Sight> {
    const hold = this.#holds.get(line);
    if (hold === undefined) return this.#take(line, false);
    const { token } = hold;
    try {
      return await this.#ask(line, (client) => client.renewLeadership(line, { token, ttlMs: TTL_MS }));
    } catch (error) {
      if (!(error instanceof Refusal)) return this.#silentHold(line, hold);
      this.#holds.delete(line);
      // refused for another's sake, or because the process of the line was started anew
      return error.problem.instead === undefined ? this.#take(line, false) : { kind: 'superseded' };
    }
  }

  /** A line that does not answer obeys until its lease ends. */
  #silentHold(line: string, { untilMs }: Hold): Sight {
    if (this.#parts.clock.nowMs() < untilMs) return { kind: 'mine' };
    this.#holds.delete(line);
    return SILENT;
  }

  async #take(line: string, takeOver: boolean): Promise<Sight> {
    const { self: leader } = this.#parts;
    const request = { leader, instance: this.#instance, ttlMs: TTL_MS, takeOver };
    try {
      return await this.#ask(line, (client) => client.takeLeadership(line, request));
    } catch (error) {
      return error instanceof Refusal ? this.#look(line) : SILENT;
    }
  }

  async #ask(line: string, ask: (client: DeviceClient) => Promise<LeadershipGrant>): Promise<Sight> {
    const client = this.#clientOf(line);
    if (client === null) return SILENT;
    const askedAtMs = this.#parts.clock.nowMs();
    const { token } = await ask(client);
    this.#holds.set(line, { token, untilMs: askedAtMs + TTL_MS });
    return { kind: 'mine' };
  }

  #clientOf(line: string): DeviceClient | null {
    return this.#parts.clientOf(line);
  }
}

const SILENT: Sight = { kind: 'silent' };
