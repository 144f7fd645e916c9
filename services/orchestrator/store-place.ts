import { join } from 'node:path';
import type { Site } from '../../config/index.ts';
import type { DatabasePlace } from './store/index.ts';

/** Where a site's store is: a file in its data folder. */
export const storePlace = ({ dataDir }: Site): DatabasePlace => ({
  at: join(dataDir, 'store.db'),
  token: null,
  maxBytes: null,
});
