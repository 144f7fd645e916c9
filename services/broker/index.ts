// An MQTT broker inside this product, so that nothing need be installed: MQTT 5 and 3.1.1, in memory, no Nagle, small
// limits. On a site with tokens a client shows one, and its role says what it may publish; what is not allowed is
// refused. It refuses to know payloads; any other broker takes its place by URL.
export { startBroker, type BrokerOptions, type RunningBroker } from './process.ts';
