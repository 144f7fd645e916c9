// Coordinates the drives of a site: knows each by what it says of itself, moves groups of them together, stops them all,
// and is the one address for people. It reaches drives only through their device processes and refuses to know what a
// register, a line or a motor is; what it decides is in domain/, pure.
export { createOrchestrator, type Orchestrator } from './orchestrator.ts';
export { DeviceUnreachable, type ConnectDevice, type DeviceClient, type DriveOrder } from './device-client.ts';
export { auditStore, backUpStore, restoreStore } from './store/index.ts';
export { storePlace } from './store-place.ts';
export type { Commissioning, RunningScan } from './commissioning.ts';
