import fastifyStatic from '@fastify/static';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { HttpServer } from '../../platform/http/index.ts';

/** Beside the compiled code, or, when this runs from its sources, where the build put it. */
const PLACES = ['../../../dashboard/', '../../../dist/dashboard/'] as const;

const MISSING = `<!doctype html><html lang="en"><meta charset="utf-8"><title>kpower-motion</title>
<body><h1>kpower-motion</h1><p>The page is not built yet: run <code>npm run build</code>, then load this again.</p>
<p>The services work without it: see <a href="v1/site">v1/site</a> and <a href="docs">docs</a>.</p></body></html>`;

/** The page's shell holds nothing secret, so everybody may load it; what it shows it must ask for with its session. */
export function addPageRoutes(server: HttpServer): void {
  const folder = PLACES.map((place) => fileURLToPath(new URL(place, import.meta.url))).find((path) =>
    existsSync(`${path}index.html`),
  );
  if (folder === undefined) {
    server.get('/', { config: { role: 'public' } }, async (_request, reply) => reply.type('text/html').send(MISSING));
    return;
  }
  void server.register(async (page) => {
    page.addHook('onRoute', (route) => {
      route.config = { ...route.config, role: 'public' };
    });
    await page.register(fastifyStatic, { root: folder, wildcard: false, index: ['index.html'], cacheControl: true });
  });
}
