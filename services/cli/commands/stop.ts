import { StopReport } from '../../contracts/index.ts';
import { createDriveClient } from '../drive-client.ts';
import { CommandFailure } from '../failure.ts';
import { createSiteClient, type ClientOptions, type SiteClient } from '../site-client.ts';

/** `kmotion stop`: exit code 0 only when a read after the stop showed every axis at rest. */
export async function stop(drive: string | undefined, options: ClientOptions): Promise<void> {
  const site = createSiteClient(options);
  const report = drive === undefined ? await stopAll(site) : await stopOne(site, drive);
  if (options.json === true) process.stdout.write(`${JSON.stringify(report)}\n`);
  else if (report.allConfirmed) process.stdout.write(`stopped and at rest: ${report.confirmed.join(', ')}\n`);
  if (!report.allConfirmed) throw new CommandFailure(complaint(report));
  process.exit(0);
}

const stopAll = async (site: SiteClient): Promise<StopReport> =>
  StopReport.parse(await site.call('/v1/stop', { method: 'POST' }));

async function stopOne(site: SiteClient, name: string): Promise<StopReport> {
  const { result } = await createDriveClient(site, name).run('stop', {});
  const isConfirmed = result?.stop === 'confirmed';
  return {
    allConfirmed: isConfirmed,
    confirmed: isConfirmed ? [name] : [],
    unconfirmed: isConfirmed ? [] : [name],
    unreachable: [],
    durationMs: result?.durationMs ?? 0,
  };
}

const part = (word: string, drives: readonly string[]): readonly string[] =>
  drives.length === 0 ? [] : [`${word}: ${drives.join(', ')}`];

function complaint({ confirmed, unconfirmed, unreachable }: StopReport): string {
  return [
    ...part('NOT confirmed', unconfirmed),
    ...part('NOT reachable', unreachable),
    ...part('stopped and at rest', confirmed),
  ].join('; ');
}
