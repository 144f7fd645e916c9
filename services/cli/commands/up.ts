import { systemClock } from '../../../drivers/base/index.ts';
import { machineReport, peopleReport, processLauncher, readReadyz, superviseSite } from '../../supervisor/index.ts';
import { readSite } from '../read-site.ts';

const write = (text: string): void => void process.stdout.write(text);

/** `kmotion up`: resolves when the site has been stopped and no process is left. */
export async function up(file: string, options: { readonly json?: true }): Promise<void> {
  const site = await readSite(file);
  const isColoured = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
  const signal = stopSignal();
  await superviseSite({
    site,
    signal,
    clock: systemClock,
    launch: processLauncher(
      { executable: process.execPath, leading: [...process.execArgv, process.argv[1] ?? ''] },
      // The parts tell the supervisor what matters; their own logs begin where something is wrong.
      { KMOTION_LOG_LEVEL: 'warn', ...process.env },
    ),
    report: options.json === true ? machineReport(write) : peopleReport(site, { write, isColoured }),
    readReadiness: readReadyz,
  });
  process.exit(0);
}

/** The first signal stops in order, the second leaves at once; the parts notice and close themselves. */
function stopSignal(): AbortSignal {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => (stopping.signal.aborted ? process.exit(1) : stopping.abort()));
  }
  return stopping.signal;
}
