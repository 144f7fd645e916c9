import { atKey, atValue, type ProblemAt } from './problem-at.ts';
import type { Draft, SiteDraft } from './site-draft.ts';

/** Settings that are the unit's and not the axis's: two drives that share a unit cannot have different ones. */
const OF_THE_UNIT = ['watchdogMs', 'serialNumber'] as const;

/** What must hold between two drives in one unit. */
export function checkTwins(drives: SiteDraft['drives']): readonly ProblemAt[] {
  const first = new Map<string, { readonly id: string; readonly drive: Draft }>();
  return [...drives].flatMap(([id, drive]) => {
    if (typeof drive['channel'] !== 'string') return [];
    const unit = `${String(drive['line'])} ${String(drive['unit'])}`;
    const other = first.get(unit);
    if (other === undefined) first.set(unit, { id, drive });
    return other === undefined ? [] : differences(id, drive, other);
  });
}

function differences(
  id: string,
  drive: Draft,
  other: { readonly id: string; readonly drive: Draft },
): readonly ProblemAt[] {
  return OF_THE_UNIT.filter((setting) => drive[setting] !== other.drive[setting]).map((setting) => {
    const found = shown(drive[setting]);
    const expected = shown(other.drive[setting]);
    const message = `found ${found}, but "${other.id}" in the same unit has ${expected}; the unit has only one`;
    return setting in drive
      ? atValue(['drives', id, setting], message)
      : atKey(['drives', id], `${setting}: ${message}`);
  });
}

const shown = (value: unknown): string => {
  if (value === undefined) return 'none';
  return typeof value === 'string' ? value : JSON.stringify(value);
};
