import { nothingKnown } from '../nothing-known.ts';
import { refused } from '../refused.ts';
import type { Scheme } from '../scheme.ts';

export const twinAxis: Scheme = {
  id: 'twin-axis',
  stopShows: 'enabled',
  toDriveState: () => nothingKnown,
  alsoNeeds: () => [],
  plan: ({ kind }, _, profile) => refused('unsupported', `${profile.title} has no ${kind}`),
  verbs: () => new Set(),
  configuration: () => [],
};
