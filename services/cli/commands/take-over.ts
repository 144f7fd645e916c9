import { TakeOverReport } from '../../contracts/index.ts';
import { CommandFailure } from '../failure.ts';
import { createSiteClient, type ClientOptions } from '../site-client.ts';

/** `kmotion take-over`: exit code 0 when the orchestrator at the URL leads at least one line. */
export async function takeOver(options: ClientOptions): Promise<void> {
  const answer = await createSiteClient(options).call('/v1/orchestrator/take-over', { method: 'POST' });
  const report = TakeOverReport.parse(answer);
  const { name, taken, silent, durationMs } = report;
  if (options.json === true) process.stdout.write(`${JSON.stringify(report)}\n`);
  else if (taken.length > 0) {
    process.stdout.write(`${name} commands ${taken.join(', ')} after ${Math.round(durationMs)} ms\n`);
    if (silent.length > 0) process.stdout.write(`silent, asked again and again: ${silent.join(', ')}\n`);
  }
  if (taken.length === 0) throw new CommandFailure(`${name} has taken no line: none of their processes answers`);
  process.exit(0);
}
