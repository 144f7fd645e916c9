// HTTP as every part serves it: hosts, origins, roles and limits checked, bodies parsed once, every refusal a problem of
// the contract, event streams, metrics. It refuses to know what moves; routes come from its users.
export { createHttpServer, roleOf } from './http-server.ts';
export { parseBody } from './parse-body.ts';
export { openEventStream, type EventStream } from './event-stream.ts';
export { createMetrics, type Figures, type Metrics } from './metrics.ts';
export type { FastifyInstance as HttpServer } from 'fastify';
