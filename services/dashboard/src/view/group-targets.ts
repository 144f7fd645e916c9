import { readTarget } from './target-text.ts';

interface Draft {
  readonly id: string;
  readonly axis: { readonly range: readonly [number, number]; readonly unit: string };
  readonly text: string;
}

export type GroupTargets =
  | { readonly ok: true; readonly value: Readonly<Record<string, number>> }
  | { readonly ok: false; readonly because: string };

/** Reads the typed targets of a group; a member whose field is empty takes no part, but one at least must. */
export function readGroupTargets(drafts: readonly Draft[]): GroupTargets {
  const targets: Record<string, number> = {};
  for (const { id, axis, text } of drafts) {
    if (text.trim() === '') continue;
    const target = readTarget(text, axis.range, axis.unit);
    if (!target.ok) return { ok: false, because: `${id}: ${target.because}` };
    targets[id] = target.value;
  }
  return Object.keys(targets).length === 0 ? { ok: false, because: 'Type a target' } : { ok: true, value: targets };
}
