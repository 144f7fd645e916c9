import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandResource, DriveCommand, DriveCommandName } from '../../services/contracts/index.ts';
import type { Axis } from '../../services/device/axis.ts';
import type { VirtualDrive } from '../../simulator/index.ts';
import { startSiteInOneProcess, type SiteInOneProcess } from './virtual-site.ts';

const SEED = 3;
/** Every drive has been found, identified and read by then. */
const ATTACHED_MS = 4000;

/** A whole site on virtual time, written down as a site file, and one who commands its drives. */
export interface CommandedSite extends SiteInOneProcess {
  axisOf(drive: string): Axis;
  /** Hands a command over and waits for its end. */
  run<Name extends DriveCommandName>(drive: string, name: Name, body: DriveCommand<Name>): Promise<CommandResource>;
  /** Where the shaft really is. */
  shaftOf(drive: string): ReturnType<VirtualDrive['plant']>;
}

/** @param text of the site file */
export async function startCommandedSite(text: string): Promise<CommandedSite> {
  const folder = mkdtempSync(join(tmpdir(), 'commanded-site-'));
  const path = join(folder, 'site.yaml');
  writeFileSync(path, text);
  const site = await startSiteInOneProcess(SEED, path);
  await site.clock.advance(ATTACHED_MS);

  function axisOf(drive: string): Axis {
    const found = [...site.hosts.values()].map((host) => host.axes.get(drive)).find((axis) => axis !== undefined);
    if (found === undefined) throw new Error(`no axis ${drive}`);
    return found;
  }

  return {
    ...site,
    axisOf,
    async run(drive, name, body) {
      const record = await site.until(axisOf(drive).submit(name, body));
      return site.until(record.ended);
    },
    shaftOf(drive) {
      site.simulator.settle();
      return site.simulator.drives.get(drive)!.plant();
    },
    async close() {
      await site.close();
      rmSync(folder, { recursive: true });
    },
  };
}
