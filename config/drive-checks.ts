import { channelNames, suggestion, unitProblem, type Profile } from '../drivers/profile/index.ts';
import { isProfile, type KnownProfiles } from './known-profiles.ts';
import { atKey, atValue, type ProblemAt } from './problem-at.ts';
import { toMapping, type Draft, type SiteDraft } from './site-draft.ts';
import { checkTwins } from './twin-checks.ts';

/** What must hold for each drive, and between drives. */
export function checkDrives(draft: SiteDraft, profiles: KnownProfiles): readonly ProblemAt[] {
  const lines = [...draft.lines.keys()];
  return [
    ...checkUnits(draft.drives),
    ...checkTwins(draft.drives),
    ...[...draft.drives].flatMap(([id, drive]) => [
      ...checkLine(id, drive, lines),
      ...checkAxis(id, toMapping(drive['axis'])),
      ...checkProfile(id, drive, profiles),
    ]),
  ];
}

function checkLine(id: string, { line }: Draft, lines: readonly string[]): readonly ProblemAt[] {
  if (typeof line !== 'string' || lines.includes(line)) return [];
  const known = lines.length === 0 ? 'this site has no lines' : `expected one of ${lines.join(', ')}`;
  return [atValue(['drives', id, 'line'], `unknown line "${line}"${suggestion(line, lines)}; ${known}`)];
}

/** One unit is one drive, or two of one model with a channel each. */
function checkUnits(drives: SiteDraft['drives']): readonly ProblemAt[] {
  const seen: { readonly id: string; readonly drive: Draft }[] = [];
  return [...drives].flatMap(([id, drive]) => {
    const { line, unit } = drive;
    if (typeof line !== 'string' || typeof unit !== 'number') return [];
    const owner = seen.find(
      ({ drive: other }) => other['line'] === line && other['unit'] === unit && !areTwins(other, drive),
    );
    seen.push({ id, drive });
    if (owner === undefined) return [];
    const message = `found unit ${unit}, which "${owner.id}" has already; expected a unit id of its own on line "${line}"`;
    return [atValue(['drives', id, 'unit'], message)];
  });
}

function areTwins(one: Draft, other: Draft): boolean {
  const [first, second] = [one['channel'], other['channel']];
  return (
    first !== second && typeof first === 'string' && typeof second === 'string' && one['profile'] === other['profile']
  );
}

function checkAxis(id: string, axis: Draft): readonly ProblemAt[] {
  return [...checkRange(id, axis['range']), ...checkStopRamp(id, axis)];
}

function checkRange(id: string, range: unknown): readonly ProblemAt[] {
  if (!Array.isArray(range)) return [];
  const [low, high] = range as readonly unknown[];
  if (typeof low !== 'number' || typeof high !== 'number' || low < high) return [];
  const remedy = low > high ? `; write [${high}, ${low}]` : '';
  const message = `found [${low}, ${high}], expected the smaller limit first and two different limits${remedy}`;
  return [atValue(['drives', id, 'axis', 'range'], message)];
}

function checkStopRamp(id: string, { stopDeceleration, maxAcceleration }: Draft): readonly ProblemAt[] {
  if (typeof stopDeceleration !== 'number' || typeof maxAcceleration !== 'number') return [];
  if (stopDeceleration >= maxAcceleration) return [];
  const message = `found ${stopDeceleration}, expected at least maxAcceleration (${maxAcceleration}): a stop is not gentler than a move`;
  return [atValue(['drives', id, 'axis', 'stopDeceleration'], message)];
}

function checkProfile(id: string, drive: Draft, profiles: KnownProfiles): readonly ProblemAt[] {
  const found = typeof drive['profile'] === 'string' ? profiles.get(drive['profile']) : undefined;
  if (found === undefined) return [];
  if (!isProfile(found)) return [atValue(['drives', id, 'profile'], found.problem)];
  return [
    ...checkUnit(id, drive['unit'], found),
    ...checkChannel(id, drive['channel'], found),
    ...checkHoming(id, toMapping(drive['homing']), found),
    ...checkWatchdog(id, drive['watchdogMs'], found),
  ];
}

function checkUnit(id: string, unit: unknown, profile: Profile): readonly ProblemAt[] {
  if (!Number.isInteger(unit)) return [];
  const problem = unitProblem(profile, Number(unit));
  return problem === null ? [] : [atValue(['drives', id, 'unit'], problem)];
}

function checkChannel(id: string, channel: unknown, profile: Profile): readonly ProblemAt[] {
  const channels = channelNames(profile);
  if (channel === undefined && channels.length > 0) {
    const message = `is one of the ${channels.length} axes of a unit (profile ${profile.id}); write channel: ${channels.join(' or ')}`;
    return [atKey(['drives', id], message)];
  }
  if (channel === undefined || channels.length > 0) return [];
  return [atKey(['drives', id, 'channel'], `has no effect: ${profile.id} has one axis a unit; take it out`)];
}

function checkHoming(id: string, { method }: Draft, profile: Profile): readonly ProblemAt[] {
  const known = profile.homingMethods;
  if (typeof method !== 'number' || known.includes(method)) return [];
  const expected = known.length === 0 ? 'no homing at all' : `one of ${known.join(', ')}`;
  const message = `found method ${method}, expected ${expected} (profile ${profile.id})`;
  return [atValue(['drives', id, 'homing', 'method'], message)];
}

function checkWatchdog(id: string, watchdogMs: unknown, { id: profile, watchdog }: Profile): readonly ProblemAt[] {
  if (typeof watchdogMs !== 'number') return [];
  if (watchdog !== null && watchdogMs >= watchdog.minMs && watchdogMs <= watchdog.maxMs) return [];
  const expected = watchdog === null ? 'no watchdog' : `${watchdog.minMs} to ${watchdog.maxMs} ms`;
  return [atValue(['drives', id, 'watchdogMs'], `found ${watchdogMs} ms, expected ${expected} (profile ${profile})`)];
}
