// What every process needs and no one of them owns: HTTP and its doors, MQTT, logging, metrics, the life of a process.
// It refuses to know what moves; roles and problems come from the contract, routes and topics from its users.
export { createLogger, prettyLine, type Logger } from './logger.ts';
export { StartError } from './start-error.ts';
export { runProcess, type StartContext } from './run-process.ts';
export { mayAct, type Access, type RouteRole } from './access.ts';
export { openTokenFile, type TokenFile } from './token-file.ts';
export { loginLink } from './login-link.ts';
export { checkDoors, isLoopback } from './doors.ts';
export { createHttpServer, roleOf } from './http-server.ts';
export type { FastifyInstance as HttpServer } from 'fastify';
export { cannotListen, listen, reachable } from './listen.ts';
export { parseBody } from './parse-body.ts';
export { openEventStream, type EventStream } from './event-stream.ts';
export type { IncomingMessage, MessageBus, Will } from './message-bus.ts';
export { connectMessageBus, type BusOptions } from './mqtt-bus.ts';
export { createMemoryBus, type MemoryBroker } from './memory-bus.ts';
export { createMetrics } from './metrics.ts';
