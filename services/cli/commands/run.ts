import { RunResource, StreamSnapshot } from '../../contracts/index.ts';
import { CommandFailure } from '../failure.ts';
import { runTable, runWords } from '../run-words.ts';
import { readServerEvents, type ServerEvent } from '../server-events.ts';
import { createSiteClient, type ClientOptions, type SiteClient } from '../site-client.ts';

export interface StartOptions extends ClientOptions {
  readonly parameter?: Readonly<Record<string, number | boolean>>;
  readonly stepping?: true;
  /** Start it and go. */
  readonly detach?: true;
}

export type RunWord = 'pause' | 'resume' | 'step' | 'abort';

const ENDED: ReadonlySet<RunResource['status']> = new Set(['done', 'failed', 'aborted']);
/** A person has to say how it goes on. */
const WAITING: ReadonlySet<RunResource['status']> = new Set(['paused', 'interrupted']);

const pathOf = (run: string): string => `/v1/runs/${encodeURIComponent(run)}`;

/** Follows it to its end unless told to go. Ctrl-C aborts it: who presses that while something moves wants it to end. */
export async function startRun(program: string, options: StartOptions): Promise<void> {
  const site = createSiteClient(options);
  // open before it begins, so that no step is missed
  const stream = options.detach === true ? null : await openRuns(site);
  const body = { parameters: options.parameter ?? {}, ...(options.stepping === true && { stepping: true }) };
  const path = `/v1/programs/${encodeURIComponent(program)}/runs`;
  const started = RunResource.parse(await site.call(path, { method: 'POST', body }));
  if (stream === null) {
    print(options, started, [started.run]);
    return;
  }
  abortOnInterrupt(site, started.run);
  await follow(started, { stream, options });
}

/** To its end, or until a person has to say how it goes on. Ctrl-C leaves it running. */
export async function watchRun(run: string | undefined, options: ClientOptions): Promise<void> {
  const site = createSiteClient(options);
  const stream = await openRuns(site);
  const found = await findRun(site, run);
  process.once('SIGINT', () => process.exit(130));
  await follow(found, { stream, options });
}

export async function listRuns(program: string | undefined, options: ClientOptions): Promise<void> {
  const query = program === undefined ? '' : `?program=${encodeURIComponent(program)}`;
  const runs = RunResource.array().parse(await createSiteClient(options).call(`/v1/runs${query}`));
  print(options, runs, runTable(runs));
}

export async function commandRun(word: RunWord, run: string | undefined, options: ClientOptions): Promise<void> {
  const site = createSiteClient(options);
  const { run: id } = await findRun(site, run);
  const answered = RunResource.parse(await site.call(`${pathOf(id)}/${word}`, { method: 'POST' }));
  print(options, answered, [runWords(answered)]);
}

function print({ json }: ClientOptions, value: unknown, lines: readonly string[]): void {
  process.stdout.write(json === true ? `${JSON.stringify(value)}\n` : `${lines.join('\n')}\n`);
}

/** The one that is named, else the only one that has not ended. */
async function findRun(site: SiteClient, run: string | undefined): Promise<RunResource> {
  if (run !== undefined) return RunResource.parse(await site.call(pathOf(run)));
  const open = RunResource.array()
    .parse(await site.call('/v1/runs'))
    .filter(({ status }) => !ENDED.has(status));
  const [only] = open;
  if (only !== undefined && open.length === 1) return only;
  if (only === undefined) throw new CommandFailure('no run is open; "kmotion run list" shows those that have ended');
  throw new CommandFailure(`several runs are open, name one:\n${runTable(open).join('\n')}`);
}

/** Ends with this process. */
const openRuns = (site: SiteClient): Promise<AsyncIterable<Uint8Array>> =>
  site.open('/v1/stream?topics=programs', new AbortController().signal);

interface Following {
  readonly stream: AsyncIterable<Uint8Array>;
  readonly options: ClientOptions;
}

/** Each new word of the run is a line; exit code 0 only when it is done. */
async function follow(first: RunResource, { stream, options }: Following): Promise<void> {
  let told = '';
  const tell = (run: RunResource): void => {
    const words = runWords(run);
    if (words === told && options.json !== true) return;
    told = words;
    print(options, run, [words]);
  };
  tell(first);
  let latest = first;
  for await (const event of readServerEvents(stream)) {
    if (isOver(latest)) break;
    for (const run of runsOf(event)) {
      if (run.run !== first.run || run.seq < latest.seq) continue;
      latest = run;
      tell(run);
    }
    if (isOver(latest)) break;
  }
  if (latest.status === 'done') process.exit(0);
  throw new CommandFailure(isOver(latest) ? endWords(latest) : `the site is gone; ${runWords(latest)}`);
}

const isOver = ({ status }: RunResource): boolean => ENDED.has(status) || WAITING.has(status);

const endWords = (run: RunResource): string =>
  WAITING.has(run.status)
    ? `${runWords(run)}; go on with "kmotion run resume ${run.run}" or end it with abort`
    : runWords(run);

function runsOf({ name, data }: ServerEvent): readonly RunResource[] {
  if (name === 'snapshot') return StreamSnapshot.parse(JSON.parse(data)).runs;
  return name === 'run' ? [RunResource.parse(JSON.parse(data))] : [];
}

function abortOnInterrupt(site: SiteClient, run: string): void {
  process.once('SIGINT', () => {
    process.once('SIGINT', () => process.exit(130));
    void site.call(`${pathOf(run)}/abort`, { method: 'POST' }).then(
      () => leave('aborted'),
      (error: unknown) => leave(`abort failed: ${error instanceof Error ? error.message : String(error)}`),
    );
  });
}

function leave(word: string): void {
  process.stderr.write(`\n${word}\n`);
  process.exit(130);
}
