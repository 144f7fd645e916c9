import { systemClock } from '../../../drivers/base/index.ts';
import { auditStore, backUpStore, restoreStore, storePlace } from '../../orchestrator/index.ts';
import { CommandFailure } from '../failure.ts';
import { readSite } from '../read-site.ts';

interface Machine {
  readonly json?: true;
}

/** `kmotion backup`: the store of a site as one file, while the site runs or not. */
export async function backup(siteFile: string, file: string, options: Machine): Promise<void> {
  const place = storePlace(await readSite(siteFile));
  await backUpStore({ place, clock: systemClock }, file);
  say({ store: place.at, backup: file }, `${place.at} is backed up in ${file}`, options);
}

/** `kmotion restore`: a backup in the place of the store. */
export async function restore(siteFile: string, file: string, options: Machine): Promise<void> {
  const place = storePlace(await readSite(siteFile));
  await restoreStore({ place, clock: systemClock }, file);
  say({ store: place.at, backup: file }, `${place.at} is restored from ${file}`, options);
}

/** `kmotion audit`: whether the event log is as it was written. @throws CommandFailure when it is not */
export async function audit(siteFile: string, options: Machine): Promise<void> {
  const report = await auditStore({ place: storePlace(await readSite(siteFile)), clock: systemClock });
  const { intact, lines, head, brokenAt } = report;
  const end = head === null ? '' : `, the last is ${head.seq} with the hash ${head.hash}: note it elsewhere`;
  if (intact) return say(report, `${lines} lines, all as they were written${end}`, options);
  if (options.json === true) say(report, '', options);
  throw new CommandFailure(`line ${brokenAt} is not as it was written, or a line before it is missing`);
}

function say(forMachines: object, forPeople: string, { json }: Machine): void {
  process.stdout.write(`${json === true ? JSON.stringify(forMachines) : forPeople}\n`);
}
