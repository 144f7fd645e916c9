import { fileURLToPath } from 'node:url';
import { loadSite, type DriveConfig, type Site } from '../../config/index.ts';

let loaded: Promise<Site> | null = null;

/** Read once a process: it is the same for every seed. */
export function smallSite(): Promise<Site> {
  loaded ??= loadSite(fileURLToPath(new URL('small-site.yaml', import.meta.url)), {});
  return loaded;
}

/** Counts of the drive for one unit of the axis, negative where it is inverted. */
export function countsPerUnit({ axis, profile }: DriveConfig): number {
  const sign = axis.direction === 'inverted' ? -1 : 1;
  return (sign * profile.countsPerRevolution * axis.gearRatio) / axis.travelPerRevolution;
}

export function drivesOf(site: Site, line: string): readonly DriveConfig[] {
  return [...site.drives.values()].filter((drive) => drive.line === line);
}
