import { commissioningRoutes } from './commissioning-routes.ts';
import { driveRoutes } from './drive-routes.ts';
import { groupRoutes } from './group-routes.ts';
import { historyRoutes } from './history-routes.ts';
import { programRoutes } from './program-routes.ts';
import type { Route } from './route.ts';
import { siteRoutes } from './site-routes.ts';

/** Every route; the OpenAPI document is made of these and of nothing else. */
export const routes: readonly Route[] = [
  ...siteRoutes,
  ...driveRoutes,
  ...groupRoutes,
  ...historyRoutes,
  ...programRoutes,
  ...commissioningRoutes,
];
