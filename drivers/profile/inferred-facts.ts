import type { Profile } from './profile.ts';

/** A fact that nobody has read anywhere: the first thing to prove on hardware. */
export interface InferredFact {
  /** Keys down to the fact, joined with dots. */
  readonly path: string;
  /** Why it is concluded. */
  readonly see: string | null;
}

/** Every fact that the profile marks as inferred, in the order of the file; `(all others)` where that is its rule. */
export function inferredFacts(profile: Profile): readonly InferredFact[] {
  const { confidence, source, narrowed: _, ...parts } = profile;
  const others = confidence === 'inferred' ? [{ path: '(all others)', see: source }] : [];
  return [...marked(parts, []), ...others];
}

function marked(value: unknown, path: readonly string[]): readonly InferredFact[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = value as Readonly<Record<string, unknown>>;
  const see = typeof own['see'] === 'string' ? own['see'] : null;
  const here = own['confidence'] === 'inferred' ? [{ path: path.join('.'), see }] : [];
  return [...here, ...Object.entries(own).flatMap(([key, inner]) => marked(inner, [...path, key]))];
}
