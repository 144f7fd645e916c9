import { expect, test } from 'vitest';
import { parseSite } from '../../../config/index.ts';
import { createVirtualClock } from '../../../drivers/base/index.ts';
import { topicsOf } from '../../../services/contracts/index.ts';
import { deferred } from '../../../services/device/command-record.ts';
import { DeviceUnreachable, type DeviceClient } from '../../../services/orchestrator/index.ts';
import { pollWithoutBroker } from '../../../services/orchestrator/registry-poll.ts';
import { createRegistry, type Registry } from '../../../services/orchestrator/registry.ts';
import { createMemoryBus, type MemoryBroker } from '../../../services/platform/bus/index.ts';
import { createLogger } from '../../../services/platform/process/index.ts';

const SITE = parseSite(
  `site: trial
lines: { bench: { simulated: true, httpPort: 4001 } }
drives:
  ram: { line: bench, unit: 1, profile: kpower-reference, axis: { unit: mm, travelPerRevolution: 5, range: [0, 400], maxVelocity: 50, maxAcceleration: 200 } }
`,
  { file: '/trial/site.yaml', environment: {} },
);
const ONLINE = { topic: topicsOf('kmotion').lineAvailability('bench'), payload: 'online' };

/** A device process that is asked and says nothing until it is told to fail. */
function silentProcess(): { readonly client: DeviceClient; readonly fail: () => void } {
  const { promise, reject } = deferred<never>();
  const never = async (): Promise<never> => promise;
  const commands = { command: never, readCommand: never, readState: never, describe: never, trigger: never };
  const leases = { takeLease: never, renewLease: never, giveLeaseBack: never };
  const leadership = {
    readLeadership: never,
    takeLeadership: never,
    renewLeadership: never,
    giveLeadershipBack: never,
  };
  return {
    client: { ...commands, ...leases, ...leadership, stopAll: never },
    fail: () => reject(new DeviceUnreachable('no answer in time', 'unknown')),
  };
}

/** An orchestrator's registry that was told of a process and lost its broker; the process is being asked. */
function polling(): { readonly broker: MemoryBroker; readonly registry: Registry; readonly fail: () => Promise<void> } {
  const clock = createVirtualClock();
  const broker = createMemoryBus();
  const bus = broker.bus('orchestrator');
  broker.setOnline(false);
  const { client, fail } = silentProcess();
  const logger = createLogger({ name: 'poll', level: 'fatal' });
  const registry = createRegistry({ site: SITE, bus, connect: () => client, fence: () => null, clock, logger });
  registry.learn('ram', { kind: 'lineAvailability', availability: 'online' });
  pollWithoutBroker({ site: SITE, bus, registry, clock });
  return { broker, registry, fail: async () => (fail(), settled()) };
}

const settled = async (): Promise<void> => void (await new Promise((resolve) => setImmediate(resolve)));

test('a process that says online while it is being asked is not called gone when that answer fails to come', async () => {
  const { broker, registry, fail } = polling();

  broker.setOnline(true);
  broker.bus('bench').publish(ONLINE.topic, ONLINE.payload, { retain: true });
  await settled();
  await fail();

  expect(registry.entry('ram').lineAvailability).toBe('online');
});

test('a process that neither says nor answers anything is gone', async () => {
  const { registry, fail } = polling();

  await fail();

  expect(registry.entry('ram').lineAvailability).toBe('offline');
});
