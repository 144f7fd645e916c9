import type { Site } from '../../../config/index.ts';
import type { Value } from '../../../config/expressions/index.ts';
import { problem, Refusal, type DryRunReport, type RunRequest, type RunResource } from '../../contracts/index.ts';
import type { Logger } from '../../platform/process/index.ts';
import { createListeners, type Listen } from '../listeners.ts';
import type { Registry } from '../registry.ts';
import type { RunStore, StoredRun } from '../store/index.ts';
import type { Clock } from '../time.ts';
import { dryRun } from './domain/dry-run.ts';
import { drivesOf } from './domain/drives-of.ts';
import { argumentsOf } from './domain/parameters.ts';
import { readingOf } from './domain/readings.ts';
import { hasEnded, startOf, type RunEvent, type RunState } from './domain/run-state.ts';
import { kept } from './kept.ts';
import { LiveRun, type LiveRunParts } from './live-run.ts';
import type { Performer } from './performer.ts';
import type { Programs, ReadyProgram } from './programs.ts';
import { outlineOf, recordIn, runResource, stepsOf, type RunFacts, type RunRecord } from './run-record.ts';

export interface RunsParts {
  readonly site: Site;
  readonly registry: Registry;
  readonly programs: Programs;
  readonly store: RunStore;
  readonly performer: Performer;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly logger: Logger;
}

export type RunCommand = 'pause' | 'resume' | 'abort' | 'step';

/** Runs of programs: begun, led and ended by people; what a crash cut off is found again and waits for a person. */
export interface Runs {
  /** @throws Refusal notFound, invalidProgram, invalidValue, busy, storeUnavailable */
  start(program: string, request: RunRequest, by: string | null): Promise<RunResource>;
  /** What it would do from where the drives stand now. @throws Refusal notFound, invalidProgram, invalidValue */
  dryRun(program: string, request: RunRequest): Promise<DryRunReport>;
  recent(program?: string): Promise<readonly RunResource[]>;
  /** @throws Refusal notFound */
  read(run: string): Promise<RunResource>;
  /** @throws Refusal notFound, notResumable, busy, storeUnavailable */
  command(run: string, command: RunCommand): Promise<RunResource>;
  /** What nobody runs any more, from the store; moves nothing. */
  find(): Promise<void>;
  abortAll(why: string): void;
  /** Another orchestrator leads them from now on: nothing of them is done, kept or told here any more. */
  letGo(): void;
  /** Those that have not ended. */
  open(): readonly RunResource[];
  readonly onRun: Listen<RunResource>;
  /** Ends orderly: what is being done halts, and the runs can be resumed. */
  close(): Promise<void>;
}

const SHOWN = 100;

export function createRuns(parts: RunsParts): Runs {
  const news = createListeners<RunResource>();
  const live: LiveRunParts = {
    ...parts,
    reading: (drive, reading) => readingNow(drive, reading, parts),
    position: (drive) => positionNow(drive, parts),
    tell: news.tell,
  };
  const shop: Workshop = { ...parts, live, going: new Map() };
  const { going } = shop;
  const stopHearing = parts.registry.onChange(() => going.forEach((run) => run.look()));
  return {
    start: (program, request, by) => start({ id: request.id ?? parts.newId(), program, request, by }, shop),
    async dryRun(program, request) {
      const { instructions, state } = await begun(program, request, parts.programs);
      const drives = [...drivesOf(instructions, parts.site)];
      const positions = new Map(drives.map((drive) => [drive, positionNow(drive, parts)]));
      const others = [...parts.site.drives.keys()].filter((drive) => !positions.has(drive));
      const beside = new Map(others.map((drive) => [drive, positionNow(drive, parts)]));
      return dryRun({ site: parts.site, instructions, begin: state, positions, beside });
    },
    async recent(program) {
      const asked = program === undefined ? { limit: SHOWN } : { program, limit: SHOWN };
      return (await kept(parts.store.recent(asked))).map((run) => shown(going.get(run.id) ?? run));
    },
    read: async (id) => shown(await find(id, shop)),
    command: (id, command) => lead(id, command, shop),
    async find() {
      for (const stored of await parts.store.unfinished()) if (!going.has(stored.id)) revive(stored, shop);
      for (const run of going.values()) news.tell(run.resource());
    },
    abortAll(why) {
      for (const run of going.values()) {
        if (isRunning(run)) void run.take({ kind: 'abort', why }).catch(() => undefined);
      }
    },
    letGo() {
      for (const run of going.values()) run.letGo();
      going.clear();
    },
    open: () => [...going.values()].filter(({ state }) => !hasEnded(state)).map((run) => run.resource()),
    onRun: news.listen,
    async close() {
      stopHearing();
      await Promise.allSettled([...going.values()].filter(isRunning).map((run) => run.take({ kind: 'cut-off' })));
    },
  };
}

const isRunning = ({ state }: LiveRun): boolean => state.status === 'running';

/** With what runs are made, and those that this process leads or has found. */
interface Workshop extends RunsParts {
  readonly live: LiveRunParts;
  readonly going: Map<string, LiveRun>;
}

async function find(id: string, { going, store }: Workshop): Promise<LiveRun | StoredRun> {
  const known = going.get(id) ?? (await kept(store.read(id)));
  if (known !== null) return known;
  throw new Refusal(problem('notFound', `There is no run ${id}.`));
}

async function start(asked: Asked, shop: Workshop): Promise<RunResource> {
  const { id, request } = asked;
  const { going, store } = shop;
  const known = going.get(id) ?? (request.id === undefined ? null : await kept(store.read(id)));
  if (known !== null) return shown(known);
  const run = await prepare(asked, shop);
  refuseBusy(run, going);
  going.set(id, run);
  forgetOldest(going);
  try {
    await kept(run.keep());
  } catch (error) {
    going.delete(id);
    throw error;
  }
  await kept(run.take({ kind: request.stepping === true ? 'step' : 'go' }));
  return run.resource();
}

async function lead(id: string, command: RunCommand, shop: Workshop): Promise<RunResource> {
  const run = await find(id, shop);
  if (!(run instanceof LiveRun)) throw notLive(run);
  if (command === 'resume' || command === 'step') refuseGoing(run, shop.going);
  await kept(run.take(EVENTS[command]));
  return run.resource();
}

/** Those that have ended are read from the store; Maps keep the order of insertion. */
function forgetOldest(going: Map<string, LiveRun>): void {
  if (going.size <= SHOWN) return;
  const oldest = [...going.values()].find(({ state }) => hasEnded(state));
  if (oldest !== undefined) going.delete(oldest.facts.id);
}

const EVENTS: Readonly<Record<RunCommand, RunEvent>> = {
  pause: { kind: 'pause' },
  resume: { kind: 'go' },
  step: { kind: 'step' },
  abort: { kind: 'abort', why: 'aborted by a person' },
};

interface Asked {
  readonly id: string;
  readonly program: string;
  readonly request: RunRequest;
  readonly by: string | null;
}

interface Begun extends ReadyProgram {
  readonly state: RunState;
  readonly parameters: RunRecord['parameters'];
}

/** A program with its parameters, before its first step. @throws Refusal notFound, invalidProgram, invalidValue */
async function begun(program: string, { parameters = {} }: RunRequest, programs: Programs): Promise<Begun> {
  const ready = await programs.ready(program);
  const given = argumentsOf(ready.document, parameters);
  if (given.ok) {
    return { ...ready, parameters: given.parameters, state: startOf({ ...given.parameters, ...given.variables }) };
  }
  const detail = given.errors.map((error) => `${error.path}: ${error.detail}`).join('; ');
  throw new Refusal(problem('invalidValue', `${program}: ${detail}`, { errors: [...given.errors] }));
}

async function prepare({ id, program, request, by }: Asked, parts: Workshop): Promise<LiveRun> {
  const { instructions, sources, version, parameters, state } = await begun(program, request, parts.programs);
  const startedAt = new Date(parts.clock.unixMs()).toISOString();
  const record: RunRecord = {
    state,
    parameters,
    startedBy: by,
    endedAt: null,
    steps: stepsOf(state, instructions),
    failedStep: null,
    positions: {},
    log: [],
    seq: 0,
    sources,
    outline: outlineOf(instructions),
  };
  const facts = { id, program, programVersion: version, startedAt };
  return new LiveRun({ facts, instructions, drives: drivesOf(instructions, parts.site) }, record, parts.live);
}

/** A run that nobody runs is taken up again as interrupted; where its program no longer fits the site it stays readable only. */
function revive(stored: StoredRun, parts: Workshop): void {
  const record = recordIn(stored);
  const { id, program, programVersion, startedAt } = stored;
  const facts: RunFacts = { id, program, programVersion, startedAt };
  try {
    const { instructions } = parts.programs.readyFrom(program, record.sources);
    if (outlineOf(instructions) !== record.outline) throw new Error('its steps are other ones now');
    const run = { facts, instructions, drives: drivesOf(instructions, parts.site) };
    parts.going.set(id, LiveRun.found(run, record, parts.live));
  } catch (error) {
    parts.logger.warn({ err: error, run: id, program }, 'an interrupted run no longer fits this site');
  }
}

const shown = (run: LiveRun | StoredRun): RunResource =>
  run instanceof LiveRun ? run.resource() : runResource(run, recordIn(run), null);

function notLive(stored: StoredRun): Refusal {
  const why = stored.isFinished
    ? 'has ended'
    : 'no longer fits this site: its drives, limits or programs are others now';
  return new Refusal(problem('notResumable', `Run ${stored.id} ${why}.`));
}

function refuseGoing(run: LiveRun, live: ReadonlyMap<string, LiveRun>): void {
  if (hasEnded(run.state)) throw new Refusal(problem('notResumable', `Run ${run.facts.id} has ended.`));
  refuseBusy(run, live);
}

/** Two programs that move one drive would each undo what the other waits for. */
function refuseBusy(run: LiveRun, live: ReadonlyMap<string, LiveRun>): void {
  for (const other of live.values()) {
    const isBusy = other.state.status === 'running' || other.state.status === 'paused';
    const shared = [...run.drives].find((drive) => other.drives.has(drive));
    if (other === run || !isBusy || shared === undefined) continue;
    const { id, program } = other.facts;
    throw new Refusal(
      problem('busy', `Drive ${shared} belongs to run ${id} of ${program}; abort it or wait for its end.`),
    );
  }
}

function readingNow(drive: string, reading: string, { registry, site, clock }: RunsParts): Value {
  const config = site.drives.get(drive);
  return config === undefined
    ? null
    : readingOf(registry.entry(drive), reading, { axis: config.axis, nowMs: clock.nowMs() });
}

function positionNow(drive: string, { registry }: RunsParts): number | null {
  const { state } = registry.entry(drive);
  return registry.axisState(drive) === 'unknown' ? null : (state?.position ?? null);
}
