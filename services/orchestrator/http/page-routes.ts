import fastifyStatic from '@fastify/static';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../platform/package/index.ts';
import type { HttpServer } from '../../platform/http/index.ts';

const MISSING = `<!doctype html><html lang="en"><meta charset="utf-8"><title>kpower-motion</title>
<body><h1>kpower-motion</h1><p>The page is not built yet: run <code>npm run build</code>, then load this again.</p>
<p>The services work without it: see <a href="v1/site">v1/site</a> and <a href="docs">docs</a>.</p></body></html>`;

/** The page's shell holds nothing secret, so everybody may load it; what it shows it must ask for with its session. */
export function addPageRoutes(server: HttpServer): void {
  const folder = join(packageRoot(), 'dist', 'dashboard');
  if (!existsSync(join(folder, 'index.html'))) {
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
