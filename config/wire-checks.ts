import type { Profile } from '../drivers/profile/index.ts';
import { isProfile, type KnownProfiles } from './known-profiles.ts';
import { atKey, atValue, type ProblemAt } from './problem-at.ts';
import type { Draft, SiteDraft } from './site-draft.ts';

interface OnLine {
  readonly id: string;
  readonly profile: Profile;
}

/** What the drives of one line must have in common, because they share a wire. */
export function checkWires(draft: SiteDraft, profiles: KnownProfiles): readonly ProblemAt[] {
  return [...draft.lines].flatMap(([id, line]) => {
    const drives = [...draft.drives].flatMap(([drive, { line: own, profile: word }]) => {
      const profile = typeof word === 'string' ? profiles.get(word) : undefined;
      return own === id && isProfile(profile) ? [{ id: drive, profile }] : [];
    });
    return [...checkFraming(id, line, drives), ...checkSerial(id, line, drives)];
  });
}

function checkFraming(id: string, line: Draft, drives: readonly OnLine[]): readonly ProblemAt[] {
  const [first] = drives;
  return drives.flatMap(({ id: drive, profile: { id: model, framing } }) => {
    const path = ['drives', drive, 'profile'];
    if (first !== undefined && framing !== first.profile.framing) {
      const other = `"${first.id}" on line "${id}" speaks ${first.profile.framing} (profile ${first.profile.id})`;
      return [atValue(path, `${model} speaks ${framing}, but ${other}; expected drives of one framing on a line`)];
    }
    if (framing === 'rtu' || !('tcp' in line)) return [];
    return [atValue(path, `${model} speaks ${framing}, which Modbus TCP cannot carry; write rtuOverTcp or serial`)];
  });
}

const SETTINGS = ['baudRate', 'parity', 'stopBits'] as const;

/** Factory settings may differ; then the site file must say to what the drives have been set. */
function checkSerial(id: string, line: Draft, drives: readonly OnLine[]): readonly ProblemAt[] {
  if (!('serial' in line) && !('rtuOverTcp' in line)) return [];
  return SETTINGS.flatMap((setting) => {
    if (setting in line) return [];
    const found = new Map(drives.map(({ profile }) => [profile.serial[setting], profile.id]));
    if (found.size < 2) return [];
    const each = [...found].map(([value, model]) => `${model} ${value}`).join(', ');
    const message = `its drives leave the factory with different settings (${each}); write ${setting}: with what all of them are set to`;
    return [atKey(['lines', id], message)];
  });
}
