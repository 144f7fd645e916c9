import { fileURLToPath } from 'node:url';
import type { Profile } from '../../drivers/profile/index.ts';
import { loadSite, type DriveConfig, type Site } from '../../config/index.ts';

type Arming = 'by the drive' | 'by the service';

/** What hangs on the line `table`: one drive, or two motors in one unit. */
export type Table = 'single' | 'twin';

const files: Readonly<Record<Table, URL>> = {
  single: new URL('small-site.yaml', import.meta.url),
  twin: new URL('twin-site.yaml', import.meta.url),
};

const loaded = new Map<Table, Promise<Readonly<Record<Arming, Site>>>>();

/** Read once a process: it is the same for every seed, but for its table and who holds a set-point until its group starts. */
export async function smallSite(arming: Arming, table: Table): Promise<Site> {
  const sites = loaded.get(table) ?? load(table);
  loaded.set(table, sites);
  return (await sites)[arming];
}

async function load(table: Table): Promise<Readonly<Record<Arming, Site>>> {
  const site = await loadSite(fileURLToPath(files[table]), {});
  return { 'by the drive': site, 'by the service': withoutArming(site) };
}

/** The same drives, as they would be if they could not be armed. */
function withoutArming(site: Site): Site {
  const drives = [...site.drives].map(([id, drive]) => [id, { ...drive, profile: unarmable(drive.profile) }] as const);
  return { ...site, drives: new Map(drives) };
}

function unarmable(profile: Profile): Profile {
  const { armGroup: _armGroup, groupTrigger: _groupTrigger, ...registers } = profile.registers;
  return { ...profile, registers, verbs: profile.verbs.filter((verb) => verb !== 'arm') };
}

/** Counts of the drive for one unit of the axis, negative where it is inverted. */
export function countsPerUnit({ axis, profile }: DriveConfig): number {
  const sign = axis.direction === 'inverted' ? -1 : 1;
  return (sign * profile.countsPerRevolution * axis.gearRatio) / axis.travelPerRevolution;
}

export function drivesOf(site: Site, line: string): readonly DriveConfig[] {
  return [...site.drives.values()].filter((drive) => drive.line === line);
}
