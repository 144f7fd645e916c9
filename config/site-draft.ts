/**
 * A site file whose shape is not proven yet: every part that is there at all, so that the checks across parts can run
 * beside the schema's and all problems come out at once.
 */
export interface SiteDraft {
  readonly lines: ReadonlyMap<string, Draft>;
  readonly drives: ReadonlyMap<string, Draft>;
  readonly groups: ReadonlyMap<string, Draft>;
  readonly interlocks: readonly Draft[];
  readonly http: Draft;
  readonly mqtt: Draft;
  readonly auth: Draft;
  readonly store: Draft;
  /** Folders with profiles of the user's own, as they are written. */
  readonly profiles: readonly string[];
}
export type Draft = Readonly<Record<string, unknown>>;

export function toDraft(value: unknown): SiteDraft {
  const root = toMapping(value);
  const entries = (key: string): ReadonlyMap<string, Draft> =>
    new Map(Object.entries(toMapping(root[key])).map(([id, entry]) => [id, toMapping(entry)]));
  return {
    lines: entries('lines'),
    drives: entries('drives'),
    groups: entries('groups'),
    interlocks: Array.isArray(root['interlocks']) ? (root['interlocks'] as readonly unknown[]).map(toMapping) : [],
    http: toMapping(root['http']),
    mqtt: toMapping(root['mqtt']),
    auth: toMapping(root['auth']),
    store: toMapping(root['store']),
    profiles: [root['profiles']].flat().filter((folder) => typeof folder === 'string'),
  };
}

/** The value as a mapping; empty when it is none. */
export function toMapping(value: unknown): Draft {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Draft) : {};
}
