import { systemClock } from '../../drivers/base/index.ts';
import { readServerEvents } from '../../services/cli/server-events.ts';
import { RunResource, StreamSnapshot, type DriveStateMessage } from '../../services/contracts/index.ts';
import type { LedgerEntry, MotionEntry } from '../../simulator/index.ts';
import { SITE_DRIVE, startProcessSite, type ProcessSite, type SiteDrive } from '../support/storm/process-site.ts';
import { until } from '../support/storm/until.ts';
import type { Bench } from './bench.ts';
import { buildCommand } from './build-command.ts';
import { untilInterrupted } from './until-interrupted.ts';

/** `STEPS=5 npm run bench -- program-kills`; Ctrl-C ends it early and judges what was. */
const STEPS = Number(process.env['STEPS'] ?? 50);
const PROGRAM = 'to-and-fro';
/** To and fro, never twice to the same place, so that each step is known by where it ends. */
const TARGETS_MM = Array.from({ length: STEPS }, (_, step) => (step % 2 === 0 ? 20 + step * 0.5 : 5 + step * 0.1));
const WITHIN_MS = 60_000;
/** After the new process is ready: long enough for anything that it would do by itself. */
const QUIET_MS = 500;
const NEAR_MM = 0.1;

interface Kill {
  readonly step: number;
  /** The drive had heard of the step before the orchestrator died. */
  readonly wasBegun: boolean;
  readonly isRightStep: boolean;
  readonly startsByItself: number;
}

/** Real processes, real broker: the orchestrator is killed as soon as it tells that a step is done and the next has begun. */
export const bench: Bench = {
  name: 'program-kills',
  what: `a program of ${STEPS} steps, kill -9 of the orchestrator at every step boundary, resumed by command`,
  needs: ['mosquitto'],
  async run() {
    buildCommand();
    const site = await startProcessSite({ lines: 1, drivesPerLine: 1 });
    const began = performance.now();
    try {
      const trial = new Trial(site);
      const kills = await trial.killAtEveryBoundary(untilInterrupted());
      const end = await trial.finish();
      const wrong = kills.filter(({ isRightStep }) => !isRightStep).map(({ step }) => step);
      return [
        { measure: 'kills', value: kills.length, unit: '' },
        {
          measure: 'kills after the drive had begun the step',
          value: kills.filter(({ wasBegun }) => wasBegun).length,
          unit: '',
        },
        {
          measure: 'interrupted at the right step',
          value: kills.length - wrong.length,
          unit: '',
          atLeast: kills.length,
          note: wrong.join(' '),
        },
        {
          measure: 'motions begun after a restart without a command',
          value: kills.reduce((sum, { startsByItself }) => sum + startsByItself, 0),
          unit: '',
          atMost: 0,
        },
        { measure: 'steps whose target was reached, each in its turn', value: end.reached, unit: '', atLeast: STEPS },
        { measure: 'distance from the right end', value: end.offMm, unit: 'mm', atMost: NEAR_MM },
        { measure: 'duration', value: (performance.now() - began) / 1000, unit: 's' },
      ];
    } finally {
      await site.close();
    }
  },
};

class Trial {
  readonly #site: ProcessSite;
  readonly #drive: SiteDrive;
  #run = '';
  /** Where the shaft came to rest, one after the other. */
  readonly #rests: number[] = [];
  #since = 0;

  constructor(site: ProcessSite) {
    const [drive] = site.drives;
    if (drive === undefined) throw new Error('the site has no drive');
    this.#site = site;
    this.#drive = drive;
  }

  async killAtEveryBoundary(signal: AbortSignal): Promise<readonly Kill[]> {
    await this.#prepare();
    const kills: Kill[] = [];
    for (let step = 0; step < STEPS && !signal.aborted; step += 1) {
      const begin = step === 0 ? () => this.#start() : () => this.#resume();
      await this.#killWhenBegun(step, begin);
      kills.push({ step, ...(await this.#judge(step)) });
      if (step % 10 === 9) process.stderr.write(`  ${step + 1} of ${STEPS} kills\n`);
    }
    return kills;
  }

  async finish(): Promise<{ readonly reached: number; readonly offMm: number }> {
    await this.#resume();
    await until(async () => (await this.#read()).status === 'done', {
      what: 'the run to be done',
      withinMs: WITHIN_MS,
    });
    await this.#startsSince();
    let reached = 0;
    for (const rest of this.#rests) if (Math.abs(rest - (TARGETS_MM[reached] ?? NaN)) <= NEAR_MM) reached += 1;
    const { position } = await this.#state();
    return { reached, offMm: Math.abs((position ?? NaN) - (TARGETS_MM.at(-1) ?? NaN)) };
  }

  async #prepare(): Promise<void> {
    const steps = TARGETS_MM.map((to) => `  - move: { drive: ${this.#drive.id}, to: ${to} }\n`).join('');
    const headers = { 'content-type': 'application/yaml' };
    const saved = await fetch(`${this.#site.orchestratorUrl}/v1/programs/${PROGRAM}`, {
      method: 'PUT',
      headers,
      body: `steps:\n${steps}`,
    });
    if (!saved.ok) throw new Error(`the program was not taken: ${await saved.text()}`);
    await this.#post(`/v1/drives/${this.#drive.id}/commands/enable`, { prefer: 'wait=10' });
  }

  async #start(): Promise<void> {
    this.#run = RunResource.parse(await this.#post(`/v1/programs/${PROGRAM}/runs`)).run;
  }

  async #resume(): Promise<void> {
    await this.#post(`/v1/runs/${this.#run}/resume`);
  }

  /** The stream is open before the step can begin; the first word of it is the last that the orchestrator says. */
  async #killWhenBegun(step: number, begin: () => Promise<void>): Promise<void> {
    const end = new AbortController();
    const { body } = await fetch(`${this.#site.orchestratorUrl}/v1/stream?topics=programs`, { signal: end.signal });
    if (body === null) throw new Error('the stream has no body');
    const begun = begin();
    // its answer may die with the orchestrator
    begun.catch(() => undefined);
    for await (const { name, data } of readServerEvents(body)) {
      const runs =
        name === 'snapshot' ? StreamSnapshot.parse(JSON.parse(data)).runs : [RunResource.parse(JSON.parse(data))];
      if (runs.some((run) => run.status === 'running' && run.stepsDone === step)) break;
    }
    if (step === 0) await begun;
    await this.#site.orchestrator.kill();
    end.abort();
  }

  /** What the drive had begun comes to its end first; from then on nothing may begin. */
  async #judge(step: number): Promise<Omit<Kill, 'step'>> {
    await until(async () => isAtRest(await this.#state()), { what: 'the drive to rest', withinMs: WITHIN_MS });
    const wasBegun = (await this.#startsSince()) > 0;
    await this.#site.orchestrator.start();
    await until(async () => (await fetch(`${this.#site.orchestratorUrl}/readyz`)).ok, {
      what: 'the site to be ready again',
      withinMs: WITHIN_MS,
    });
    await until(async () => (await this.#read()).status !== 'running', {
      what: 'the run to be found interrupted',
      withinMs: WITHIN_MS,
    });
    await systemClock.sleep(QUIET_MS);
    const { status, stepsDone, steps } = await this.#read();
    const isRightStep = status === 'interrupted' && stepsDone === step && steps[0]?.path === `steps.${step}`;
    return { wasBegun, isRightStep, startsByItself: await this.#startsSince() };
  }

  /** Motions since it was asked last, by the simulator's own word. */
  async #startsSince(): Promise<number> {
    const response = await fetch(`${this.#site.simulatorUrl}/v1/ledger?since=${this.#since}`);
    const page = (await response.json()) as { latest: number; entries: readonly LedgerEntry[] };
    if (page.entries.length !== page.latest - this.#since) throw new Error('the ledger has lost entries');
    this.#since = page.latest;
    const motions = page.entries.filter((entry): entry is MotionEntry => entry.kind !== 'frame');
    const stops = motions.filter(({ kind }) => kind === 'stop');
    this.#rests.push(...stops.map(({ to }) => to / SITE_DRIVE.countsPerMm));
    return motions.filter(({ kind }) => kind !== 'stop').length;
  }

  async #read(): Promise<RunResource> {
    const response = await fetch(`${this.#site.orchestratorUrl}/v1/runs/${this.#run}`);
    return RunResource.parse(await response.json());
  }

  /** Asked of the device process: it lives on. */
  async #state(): Promise<DriveStateMessage> {
    const response = await fetch(`${this.#site.deviceUrl(this.#drive.line)}/v1/drives/${this.#drive.id}/state`);
    return (await response.json()) as DriveStateMessage;
  }

  async #post(path: string, headers: Record<string, string> = {}): Promise<unknown> {
    const response = await fetch(`${this.#site.orchestratorUrl}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: '{}',
    });
    if (!response.ok) throw new Error(`${path} was refused: ${await response.text()}`);
    return response.json();
  }
}

const isAtRest = ({ moving, command, state }: DriveStateMessage): boolean =>
  state === 'standstill' && moving === false && command === null;
