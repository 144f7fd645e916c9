import { DriveStateMessage, StreamSnapshot } from '../../contracts/index.ts';
import { createSiteClient, type ClientOptions } from '../site-client.ts';
import { readServerEvents, type ServerEvent } from '../server-events.ts';
import { stateTable } from '../state-table.ts';

/** `kmotion watch`: a live table, or one state message a line with --json; ends with Ctrl-C or when the site goes. */
export async function watch(options: ClientOptions): Promise<void> {
  const stopping = new AbortController();
  process.once('SIGINT', () => stopping.abort());
  const bytes = await createSiteClient(options).open('/v1/stream?topics=drives', stopping.signal);
  const show = options.json === true ? showLines : createTable();
  try {
    for await (const event of readServerEvents(bytes)) show(statesOf(event));
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
  }
  process.exit(0);
}

function statesOf({ name, data }: ServerEvent): readonly DriveStateMessage[] {
  if (name === 'snapshot') return StreamSnapshot.parse(JSON.parse(data)).states;
  return name === 'state' ? [DriveStateMessage.parse(JSON.parse(data))] : [];
}

function showLines(states: readonly DriveStateMessage[]): void {
  for (const state of states) process.stdout.write(`${JSON.stringify(state)}\n`);
}

/** Draws over itself on a terminal; elsewhere each change is a new table. */
function createTable(): (states: readonly DriveStateMessage[]) => void {
  const latest = new Map<string, DriveStateMessage>();
  let drawnLines = 0;
  return (states) => {
    if (states.length === 0) return;
    for (const state of states) latest.set(state.drive, state);
    const lines = stateTable([...latest.values()]);
    const back = process.stdout.isTTY && drawnLines > 0 ? `\u001b[${drawnLines}A` : '';
    const end = process.stdout.isTTY ? '\u001b[K\n' : '\n';
    process.stdout.write(`${back}${lines.map((line) => `${line}${end}`).join('')}`);
    drawnLines = lines.length;
  };
}
