import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { HttpServer } from '../../platform/http/index.ts';

/** The published contract, as it was generated from the schemas. */
export interface ContractDocuments {
  readonly openapi: object;
  readonly asyncapi: object;
}

/** Both documents, and a readable page of the first that loads nothing from elsewhere. */
export function addDocumentRoutes(server: HttpServer, { openapi, asyncapi }: ContractDocuments): void {
  void server.register(async (docs) => {
    // What the contract says is no secret; what the site is, is.
    docs.addHook('onRoute', (route) => {
      route.config = { ...route.config, role: 'public' };
    });
    docs.get('/openapi.json', () => openapi);
    docs.get('/asyncapi.json', () => asyncapi);
    await docs.register(swagger, { mode: 'static', specification: { document: openapi as never } });
    await docs.register(swaggerUi, {
      routePrefix: '/docs',
      staticCSP: true,
      // Without this the page asks a validator on the internet.
      uiConfig: { validatorUrl: null, docExpansion: 'list' },
    });
  });
}
