// MQTT without its traps, over a network or in memory: no stale commands, no offline queue, retained known as such.
// It refuses to know what the topics mean.
export type { IncomingMessage, MessageBus, Will } from './message-bus.ts';
export { connectMessageBus, type BusOptions } from './mqtt-bus.ts';
export { createMemoryBus, type MemoryBroker } from './memory-bus.ts';
