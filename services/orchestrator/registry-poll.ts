import type { Site } from '../../config/index.ts';
import type { MessageBus } from '../platform/bus/index.ts';
import { DeviceUnreachable, type DeviceClient } from './device-client.ts';
import type { Registry } from './registry.ts';
import type { Clock } from './time.ts';

interface Parts {
  readonly site: Site;
  readonly bus: MessageBus;
  readonly registry: Registry;
  readonly clock: Clock;
}

const POLL_MS = 500;

/**
 * While the broker is down, asks the device processes themselves: slower than their messages, but a drive stays seen,
 * commanded and stopped. The answer ends it.
 */
export function pollWithoutBroker(parts: Parts): () => void {
  const end = new AbortController();
  const lines = [...parts.site.lines.keys()];
  void (async () => {
    while (!end.signal.aborted) {
      if (parts.bus.state() === 'offline') await Promise.all(lines.map((line) => pollLine(line, parts)));
      await parts.clock.sleep(POLL_MS, end.signal).catch(() => undefined);
    }
  })();
  return () => end.abort(new Error('the orchestrator closes'));
}

async function pollLine(line: string, { site, registry }: Parts): Promise<void> {
  const client = registry.clientOf(line);
  if (client === null) return;
  const drives = [...site.drives.values()].filter((drive) => drive.line === line);
  const before = new Map(drives.map(({ id }) => [id, registry.entry(id)]));
  try {
    await askAll(client, registry);
  } catch (error) {
    // A process that answers with a refusal is alive; only one that cannot be asked takes its drives with it.
    if (!(error instanceof DeviceUnreachable)) return;
    for (const { id } of drives) {
      // What was heard while it was being asked is newer than its silence; nobody would ever take that back.
      if (registry.entry(id) !== before.get(id)) continue;
      registry.learn(id, { kind: 'lineAvailability', availability: 'offline' });
    }
  }
}

async function askAll(client: DeviceClient, registry: Registry): Promise<void> {
  for (const description of await client.describe()) {
    const { drive, epoch } = description;
    const known = registry.entry(drive);
    if (known.description?.epoch !== epoch) registry.learn(drive, { kind: 'description', description });
    const state = await client.readState(drive);
    registry.learn(drive, { kind: 'state', state });
    const availability = state.link === 'offline' ? 'offline' : 'online';
    if (known.availability !== availability) registry.learn(drive, { kind: 'availability', availability });
    if (known.lineAvailability !== 'online')
      registry.learn(drive, { kind: 'lineAvailability', availability: 'online' });
  }
}
