// An MQTT broker inside this product, so that nothing need be installed: MQTT 5 and 3.1.1, in memory, no Nagle, small
// limits. It refuses to know topics and payloads; any other broker takes its place by URL.
export { startBroker, type BrokerOptions, type RunningBroker } from './process.ts';
