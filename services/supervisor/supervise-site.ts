import { mkdir } from 'node:fs/promises';
import type { Site } from '../../config/index.ts';
import { choosePorts } from './choose-ports.ts';
import type { Launch, SupervisorClock } from './part.ts';
import { brokerUrl, ORCHESTRATOR, planParts } from './plan-parts.ts';
import type { SiteReport } from './site-report.ts';
import { supervisePart, type PartEvent, type SupervisedPart } from './supervised-part.ts';
import { SupervisorError } from './supervisor-error.ts';
import { watchReadiness, type ReadReadiness, type SiteReadiness } from './watch-readiness.ts';

/** A part closes itself within 5 s; after this it is killed. */
const STOP_LIMIT_MS = 6000;
/** Even a slow machine has started every process by then. */
const SLOW_START_MS = 20_000;

export interface SiteRun {
  readonly site: Site;
  readonly launch: Launch;
  readonly clock: SupervisorClock;
  readonly report: SiteReport;
  readonly readReadiness: ReadReadiness;
  /** Aborts when everything is to stop. */
  readonly signal: AbortSignal;
}

/**
 * Runs a site from its first process to its last: all parts start at once, what dies comes back, and at the end they
 * stop in order. Resolves when no process is left.
 * @throws SupervisorError when the site cannot start; nothing is left running then either
 */
export async function superviseSite(run: SiteRun): Promise<void> {
  const { site, clock, report } = run;
  const startedAtMs = clock.nowMs();
  await makeDataFolder(site.dataDir);
  const { ports, notices } = await choosePorts(site);
  report.begins(notices);

  const over = new AbortController();
  const signal = AbortSignal.any([run.signal, over.signal]);
  const url = `http://${urlHost(site.http.host)}:${ports.http}`;
  const tell = (readiness: SiteReadiness): void =>
    report.readiness(readiness, {
      url,
      brokerUrl: brokerUrl(site, ports.broker),
      afterMs: clock.nowMs() - startedAtMs,
    });
  const plan = planParts(site, ports);
  const missing = new Set(plan.map(({ name }) => name));
  let failed: string | null = null;
  const onEvent = (event: PartEvent): void => {
    report.part(event);
    if (event.kind === 'failed') {
      failed ??= event.part.name;
      over.abort();
    } else if (event.kind === 'ready' && missing.delete(event.part.name) && event.part.name === ORCHESTRATOR) {
      watchReadiness({ url, clock, read: run.readReadiness, signal }, tell);
    }
  };
  const parts = plan.map((part) => supervisePart(part, { launch: run.launch, clock, report: onEvent }));
  for (const part of parts) part.start();
  const cancelComplaint = clock.after(SLOW_START_MS, () => {
    if (missing.size > 0) tell({ ready: false, reasons: [...missing].map((name) => `${name} has not started yet`) });
  });
  await aborted(signal);
  cancelComplaint();
  report.stopping();
  await stopInOrder(parts);
  report.stopped();
  if (failed !== null) throw new SupervisorError(`${String(failed)} could not start, so everything was stopped again`);
}

async function makeDataFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new SupervisorError(
      `the data folder ${folder} cannot be made (${why}): set data (or KMOTION_DATA) to another`,
    );
  }
}

/** Where a browser on this machine reaches a listener. */
function urlHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

async function stopInOrder(parts: readonly SupervisedPart[]): Promise<void> {
  const ranks = [...new Set(parts.map(({ part }) => part.stopRank))].toSorted((a, b) => a - b);
  for (const rank of ranks) {
    await Promise.all(parts.filter(({ part }) => part.stopRank === rank).map((part) => part.stop(STOP_LIMIT_MS)));
  }
}
