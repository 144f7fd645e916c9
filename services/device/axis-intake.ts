import { isDriverError } from '../../drivers/base/index.ts';
import { problem, Refusal, type DriveCommand } from '../contracts/index.ts';
import type { AxisMemory, Job, Work } from './axis-memory.ts';
import type { AxisKit } from './axis-parts.ts';
import type { AxisRunner } from './axis-runner.ts';
import type { AxisView } from './axis-view.ts';
import { reportRefusal, tellStatus } from './command-events.ts';
import { createCommandRecord, type CommandRecord } from './command-record.ts';
import { admit, authorityProblem, type Right } from './domain/admission.ts';
import { KnownCommands } from './known-commands.ts';
import { JOG_TTL_MS, jogPromise, mustReadForJog, renewJog, renewsJog } from './jog-work.ts';
import { countsFromOnTheWay, relativeBase } from './motion-work.ts';
import { newCommandId } from './random-ids.ts';
import { mustSettle, settled } from './settling.ts';
import { isAboutToStart } from './state-work.ts';
import { underPermission } from './under-permission.ts';
import { workOf, type WorkName } from './work-of.ts';

/** What travels with every command, parsed. */
export interface Envelope {
  readonly id?: string | undefined;
  readonly ttlMs?: number | undefined;
  readonly issuedAt?: string | undefined;
  readonly epoch?: string | undefined;
  readonly lease?: string | undefined;
  readonly bufferMode?: 'aborting' | 'buffered' | undefined;
  readonly timeoutMs?: number | undefined;
  readonly continues?: string | undefined;
}

/** A command as it came: the how manieth, until when it may act, since when it is wanted, by whom, and that no stop has come since. */
interface Arrival {
  readonly number: number;
  /** Monotonic. */
  readonly atMs: number;
  readonly notAfterMs: number;
  /** Monotonic, by its own word; null where it has none. */
  readonly issuedAtMs: number | null;
  /** Token of the orchestrator through which it came. */
  readonly fence: string | undefined;
  readonly notStopped: () => boolean;
}

interface IntakeParts {
  readonly kit: AxisKit;
  readonly memory: AxisMemory;
  readonly view: AxisView;
  readonly runner: AxisRunner;
}

const DEFAULT_TTL_MS = 2000;
/** A move behind another is meant to wait: as long as a client may ever ask for. */
const BUFFERED_TTL_MS = 30_000;
const FRESH_WITHIN_MS = 500;

/** Where commands become records and jobs: known ids, age, admission, plan; then to the runner. */
export class AxisIntake {
  readonly #parts: IntakeParts;
  readonly #known: KnownCommands;
  #arrivals = 0;
  /** Number of the youngest command that was admitted. */
  #youngest = 0;
  constructor(parts: IntakeParts) {
    this.#parts = parts;
    this.#known = new KnownCommands(parts.kit.config.id);
  }

  /** Resolves with the record once admitted; rejects with a Refusal, which is reported too. */
  submit<Name extends WorkName>(
    name: Name,
    body: DriveCommand<Name> & Envelope,
    fence?: string,
  ): Promise<CommandRecord> {
    return this.#known.once(name, body, async () => this.#consider(name, body, fence));
  }

  async #consider<Name extends WorkName>(
    name: Name,
    body: DriveCommand<Name> & Envelope,
    fence: string | undefined,
  ): Promise<CommandRecord> {
    const { kit } = this.#parts;
    // from here on it ages, also while a fresh reading is waited for
    const nowMs = kit.clock.nowMs();
    const arrival = {
      number: ++this.#arrivals,
      atMs: nowMs,
      notAfterMs: nowMs + ttlLeftMs(name, body, kit.clock.unixMs()),
      issuedAtMs: body.issuedAt === undefined ? null : nowMs - ageMs(body, kit.clock.unixMs()),
      fence,
      notStopped: kit.motionEpoch.fence(),
    };
    try {
      // asked for again: what was answered once needs no reading and no line
      const again = this.#known.find(name, body);
      if (again !== null) return again;
      const reading = this.#readingFor(name, body);
      if (reading !== null) {
        this.#refuseUnauthorised({ lease: body.lease, fence });
        await reading(kit);
      }
      return this.#take(name, body, arrival);
    } catch (error) {
      if (error instanceof Refusal) {
        this.#known.refuse(name, body, error);
        reportRefusal(kit, { name, id: body.id ?? null }, error);
      }
      throw error;
    }
  }

  command(id: string): CommandRecord | null {
    return this.#known.get(id);
  }

  /** A halt of our own, whoever holds the lease. */
  haltJob(): Job {
    this.#noteHalt(this.#parts.kit.clock.nowMs());
    return this.jobOf('halt', {}, workOf('halt', {}, this.#parts));
  }

  newRecord(command: string, body: Envelope): CommandRecord {
    const { clock, config, listener, random } = this.#parts.kit;
    const { id = newCommandId(random), ttlMs: _ttl, issuedAt: _at, epoch: _epoch, lease: _lease, ...parameters } = body;
    const record = createCommandRecord({
      id,
      drive: config.id,
      command,
      parameters,
      clock,
      onStatus: (changed) => {
        tellStatus(changed, listener);
        if (changed.hasEnded()) listener.reported(changed.report());
      },
    });
    this.#known.take(command, body, record);
    tellStatus(record, listener);
    return record;
  }

  jobOf(command: string, body: Envelope, work: Work): Job {
    const { clock, motionEpoch } = this.#parts.kit;
    const record = this.newRecord(command, body);
    const notStopped = motionEpoch.fence();
    return {
      record,
      work,
      fence: undefined,
      stillWanted: () => notStopped() && !record.hasEnded(),
      notAfterMs: clock.nowMs() + (work.startsInMs ?? 0) + ttlLeftMs(command, body, clock.unixMs()),
      timeoutMs: body.timeoutMs ?? null,
      next: null,
      watch: null,
      resolved: false,
      inDoubt: false,
      startedAtMs: null,
    };
  }

  #noteHalt(atMs: number): void {
    const { memory } = this.#parts;
    memory.haltedAtMs = Math.max(memory.haltedAtMs ?? atMs, atMs);
  }

  #take<Name extends WorkName>(name: Name, body: DriveCommand<Name> & Envelope, arrival: Arrival): CommandRecord {
    const again = this.#known.find(name, body);
    if (again !== null) return again;
    this.#refuseOvertaken(arrival);
    if (this.#parts.kit.strict) requireEnvelope(body, this.#parts.kit.config.id);
    const { epoch, lease, bufferMode } = body;
    const { kit, view } = this.#parts;
    const { notAfterMs, issuedAtMs, fence } = arrival;
    const nowMs = kit.clock.nowMs();
    const asked = { command: name, epoch, lease, fence, bufferMode, issuedAtMs, ttlLeftMs: notAfterMs - nowMs };
    const refused = admit(asked, view.situation());
    if (refused !== null) throw new Refusal(refused);
    this.#refuseBroken(body);
    this.#youngest = arrival.number;
    if (name === 'jog') return this.#jog(body as DriveCommand<'jog'>, arrival);
    const work = workOf(name, body, this.#parts);
    return underPermission(kit, { command: name, body: { ...body }, target: work.motion?.target }, () => {
      const job = this.jobOf(name, body, work);
      job.fence = fence;
      job.notAfterMs = notAfterMs + (job.work.startsInMs ?? 0);
      if (name === 'halt') this.#noteHalt(issuedAtMs ?? nowMs);
      this.#dispatch(job, bufferMode);
      return job.record;
    });
  }

  /** What it waits for before it is taken; null where the newest reading will do. */
  #readingFor(name: WorkName, body: Envelope): ((kit: AxisKit) => Promise<unknown>) | null {
    if (this.#mustRead(name, body)) return readFresh;
    return mustSettle(name, this.#parts.view) ? settled : null;
  }

  /** Whether it counts from a reading that is younger than the newest at hand. */
  #mustRead(name: WorkName, body: Envelope): boolean {
    if (name === 'jog') return mustReadForJog(this.#parts);
    if (name === 'move-velocity') return countsFromOnTheWay(body, this.#parts);
    return name === 'move-relative' && relativeBase(this.#parts) === null;
  }

  /** Before it waits: a lease that ends meanwhile gives no right to what came while another held the axis. */
  #refuseUnauthorised(right: Right): void {
    const refused = authorityProblem(right, this.#parts.view.situation());
    if (refused !== null) throw new Refusal(refused);
  }

  /** A move that goes on from another has no sense once anything came between them, or the other did not go well. */
  #refuseBroken({ continues }: Envelope): void {
    if (continues === undefined) return;
    const { kit, memory } = this.#parts;
    const isRunning = memory.active?.record.id === continues;
    const isDone = this.#known.get(continues)?.resource().status === 'done';
    if (memory.begunLast === continues && (isRunning || isDone)) return;
    const drive = kit.config.id;
    const detail = `${drive} does not do, or has not just done, the command ${continues} that this one goes on from.`;
    throw new Refusal(problem('superseded', detail, { drive }));
  }

  /** What waited for a reading comes after nothing that arrived behind it: a younger command or a stop has its place. */
  #refuseOvertaken({ number, notStopped }: Arrival): void {
    const drive = this.#parts.kit.config.id;
    if (!notStopped())
      throw new Refusal(
        problem('stopped', `${drive} was stopped, or its link lost, after this command came.`, { drive }),
      );
    if (number >= this.#youngest) return;
    const detail = `A younger command was taken while this one waited for a reading of ${drive}.`;
    throw new Refusal(problem('superseded', detail, { drive }));
  }

  /** The first of a row begins the jog, every other renews it: they all share one record, a duplicate does nothing. */
  #jog(body: DriveCommand<'jog'>, { atMs, notAfterMs, fence }: Arrival): CommandRecord {
    const { kit, view, runner } = this.#parts;
    const running = renewsJog(body, this.#parts);
    if (running !== null) {
      renewJog(body, running, { ...this.#parts, notAfterMs, waitedMs: kit.clock.nowMs() - atMs });
      if (body.id !== undefined) this.#known.take('jog', body, running.record);
      return running.record;
    }
    if (view.state() !== 'standstill') {
      throw new Refusal(problem('busy', `${kit.config.id} moves; a jog begins at rest.`, { drive: kit.config.id }));
    }
    const work = workOf('jog', body, this.#parts);
    return underPermission(kit, { command: 'jog', body: { ...body }, target: work.motion?.target }, () => {
      const job = { ...this.jobOf('jog', body, work), notAfterMs, fence };
      job.record.jog(jogPromise(body, this.#parts));
      runner.start(job);
      return job.record;
    });
  }

  #dispatch(job: Job, bufferMode: Envelope['bufferMode']): void {
    const { memory, runner } = this.#parts;
    // nothing is armed nor about to start: there is nothing to do, and a running motion is left alone
    if (job.record.command === 'disarm' && memory.armed === null && !isAboutToStart(memory))
      job.record.end({ status: 'done' });
    // a change of speed is no motion of its own: whatever runs goes on
    else if (job.record.command === 'set-override') void runner.accompany(job);
    else if (bufferMode === 'buffered') runner.enqueue(job);
    else runner.start(job);
  }
}

/** What a site with `commands: strict` asks of every command; the lease is the gate's business. */
function requireEnvelope(body: Envelope, drive: string): void {
  const missing = (['id', 'ttlMs', 'epoch'] as const).filter((field) => body[field] === undefined);
  if (missing.length === 0) return;
  const errors = missing.map((path) => ({ path, detail: 'expected on this site, whose commands are strict' }));
  throw new Refusal(problem('invalidValue', `${missing.join(', ')} must be given on this site.`, { drive, errors }));
}

function ttlLeftMs(command: string, body: Envelope, nowUnixMs: number): number {
  return (body.ttlMs ?? usualTtlMs(command, body)) - ageMs(body, nowUnixMs);
}

function usualTtlMs(command: string, { bufferMode }: Envelope): number {
  if (command === 'jog') return JOG_TTL_MS;
  return bufferMode === 'buffered' ? BUFFERED_TTL_MS : DEFAULT_TTL_MS;
}

/** A clock of the client that is ahead must not make a command younger than new. */
function ageMs({ issuedAt }: Envelope, nowUnixMs: number): number {
  return issuedAt === undefined ? 0 : Math.max(0, nowUnixMs - Date.parse(issuedAt));
}

/** A relative move at rest counts from a reading that is surely younger than the command. */
async function readFresh({ drive, config }: AxisKit): Promise<void> {
  try {
    await drive.fresh(FRESH_WITHIN_MS);
  } catch (error) {
    if (!isDriverError(error)) throw error;
    throw new Refusal(problem('offline', `${config.id} gave no fresh reading to count from.`, { drive: config.id }));
  }
}
