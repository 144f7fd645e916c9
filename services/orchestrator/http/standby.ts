import type { HttpServer } from '../../platform/http/index.ts';
import type { Leadership } from '../leadership.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Taken also by an orchestrator that stands by, as every reading is. */
    takenOnStandby?: true;
  }
}

/** Whoever stands by answers every question and takes every stop; what the active one must do it refuses, naming that one. */
export function refuseOnStandby(server: HttpServer, leadership: Leadership): void {
  server.addHook('preHandler', async ({ method, routeOptions: { config } }) => {
    const isRead = method === 'GET' || method === 'HEAD';
    // what anybody may ask for, as a login, moves nothing
    if (isRead || config.takenOnStandby === true || config.role === 'public') return;
    leadership.check();
  });
}
