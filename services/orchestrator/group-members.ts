import type { GroupConfig } from '../../config/index.ts';
import type { Members } from './domain/move-plan.ts';
import type { DriveEntry } from './domain/registry.ts';
import type { RunParts } from './group-run.ts';

type MemberParts = Pick<RunParts, 'registry' | 'clock' | 'lineOf' | 'gaps'>;

/** A group as it is now, for planning its motion. */
export function membersOfGroup(config: GroupConfig, { registry, clock, lineOf, gaps }: MemberParts): Members {
  return {
    group: config.id,
    entries: new Map<string, DriveEntry>(config.drives.map((drive) => [drive, registry.entry(drive)])),
    nowMs: clock.nowMs(),
    nowUnixMs: clock.unixMs(),
    maxStartSkewMs: config.maxStartSkewMs,
    starts: {
      lineOf,
      gapMs: (line) => gaps.gapMs(line),
      // so say the drives of the line themselves: all or none of them
      isByOneFrame: (line) =>
        [...registry.entries()].some(
          ([drive, { description }]) => lineOf(drive) === line && description?.groupTrigger === true,
        ),
    },
  };
}
