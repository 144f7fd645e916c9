import { fileURLToPath } from 'node:url';
import type { Profile } from '../../drivers/profile/index.ts';
import { loadSite, type DriveConfig, type Site } from '../../config/index.ts';

type Arming = 'by the drive' | 'by the service';

let loaded: Promise<Readonly<Record<Arming, Site>>> | null = null;

/** Read once a process: it is the same for every seed, but for who holds a set-point until its group starts. */
export async function smallSite(arming: Arming): Promise<Site> {
  loaded ??= loadSite(fileURLToPath(new URL('small-site.yaml', import.meta.url)), {}).then((site) => ({
    'by the drive': site,
    'by the service': withoutArming(site),
  }));
  return (await loaded)[arming];
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
