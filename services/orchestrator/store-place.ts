import { join } from 'node:path';
import type { Site } from '../../config/index.ts';
import type { DatabasePlace } from './store/index.ts';

/** Where a site's store is: on a server, or a file in its data folder. */
export const storePlace = ({ dataDir, store }: Site): DatabasePlace => ({
  at: store?.url ?? join(dataDir, 'store.db'),
  token: store?.token ?? null,
  maxBytes: null,
});
