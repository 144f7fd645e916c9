import type { Profile } from '../profile/index.ts';
import type { Inferred } from './report.ts';

/** Facts of a profile that are marked as concluded, wherever they stand in it. */
export function inferredFacts(profile: Profile): readonly Inferred[] {
  const { narrowed: _, ...facts } = profile;
  return found(facts, '');
}

function found(value: unknown, path: string): readonly Inferred[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = isInferred(value) ? [{ fact: path === '' ? 'the whole profile' : path, see: seeOf(value) }] : [];
  const inner = Object.entries(value).flatMap(([key, one]) => found(one, path === '' ? key : `${path}.${key}`));
  return [...own, ...inner];
}

const isInferred = (value: object): boolean => 'confidence' in value && value.confidence === 'inferred';

function seeOf(value: object): string {
  if ('see' in value && typeof value.see === 'string') return value.see;
  return 'source' in value && typeof value.source === 'string' ? value.source : '';
}
