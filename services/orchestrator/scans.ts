import { problem, Refusal, type ScanEvent, type ScanRequest, type ScanResource } from '../contracts/index.ts';
import type { Commissioning, RunningScan } from './commissioning.ts';
import { newId } from './new-id.ts';
import type { Clock, Random } from './time.ts';

/** The scans of this process, newest last. One runs at a time. */
export interface Scans {
  /** @throws Refusal scanRunning */
  start(request: ScanRequest): ScanResource;
  /** @throws Refusal notFound */
  read(scan: string): ScanResource;
  /** Ends it early; what it has found stays. @throws Refusal notFound */
  interrupt(scan: string): ScanResource;
  close(): void;
}

interface Entry {
  resource: ScanResource;
  readonly running: RunningScan;
}

const MOST_KEPT = 20;

export function createScans(
  commissioning: Pick<Commissioning, 'scan'>,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): Scans {
  const entries = new Map<string, Entry>();
  const now = (): string => new Date(clock.unixMs()).toISOString();

  function find(scan: string): Entry {
    const entry = entries.get(scan);
    if (entry === undefined) throw new Refusal(problem('notFound', `There is no scan ${scan}; it may be too old.`));
    return entry;
  }

  function refuseSecond(): void {
    const other = [...entries.values()].find(({ resource }) => resource.status === 'running');
    if (other === undefined) return;
    throw new Refusal(
      problem('scanRunning', `Scan ${other.resource.scan} is running since ${other.resource.startedAt}.`),
    );
  }

  function start(request: ScanRequest): ScanResource {
    refuseSecond();
    const scan = newId(random);
    const update = (next: (resource: ScanResource) => ScanResource): void => {
      const entry = entries.get(scan);
      if (entry !== undefined) entry.resource = next(entry.resource);
    };
    const running = commissioning.scan(request, (event) => update((resource) => after(resource, event)));
    entries.set(scan, { resource: begun(scan, request, now()), running });
    void running.ended.then(
      () => update((resource) => ended(resource, { at: now(), error: null })),
      (error: unknown) => update((resource) => ended(resource, { at: now(), error: messageOf(error) })),
    );
    forgetOldest(entries);
    return find(scan).resource;
  }

  return {
    start,
    read: (scan) => find(scan).resource,
    interrupt(scan) {
      const { running, resource } = find(scan);
      if (resource.status === 'running') running.interrupt();
      return resource;
    },
    close: () => entries.forEach(({ running }) => running.interrupt()),
  };
}

const begun = (scan: string, request: ScanRequest, startedAt: string): ScanResource => ({
  scan,
  status: 'running',
  request,
  startedAt,
  endedAt: null,
  progress: null,
  drives: [],
  findings: [],
  yaml: null,
  error: null,
});

function after(resource: ScanResource, event: ScanEvent): ScanResource {
  if (event.event === 'found') return { ...resource, drives: [...resource.drives, event.drive] };
  if (event.event === 'finding') return { ...resource, findings: [...resource.findings, event.finding] };
  if (event.event !== 'ended') return { ...resource, progress: event.progress };
  const status = event.report.complete ? 'done' : 'interrupted';
  return { ...resource, status, progress: event.progress, yaml: event.report.yaml };
}

function ended(
  resource: ScanResource,
  { at, error }: { readonly at: string; readonly error: string | null },
): ScanResource {
  const isTold = resource.status !== 'running';
  return { ...resource, endedAt: at, error: isTold ? null : error, status: isTold ? resource.status : 'failed' };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function forgetOldest(entries: Map<string, Entry>): void {
  const [oldest] = entries.keys();
  if (entries.size > MOST_KEPT && oldest !== undefined) entries.delete(oldest);
}
