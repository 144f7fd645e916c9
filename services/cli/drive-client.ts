import { CommandResource, DriveDescription, DriveStateMessage } from '../contracts/index.ts';
import type { SiteClient } from './site-client.ts';

/** Longer waits are asked for again, so that no proxy on the way grows impatient. */
const WAIT_SECONDS = 20;
const RUNNING: ReadonlySet<CommandResource['status']> = new Set(['accepted', 'queued', 'active']);

/** One drive of a running site. */
export interface DriveClient {
  state(): Promise<DriveStateMessage>;
  description(): Promise<DriveDescription>;
  /** Sends a command and does not wait for its end. @throws CommandFailure when it is refused */
  send(command: string, parameters: Readonly<Record<string, unknown>>): Promise<CommandResource>;
  /** Sends a command and waits until it has ended, however it ended. @throws CommandFailure when it is refused */
  run(command: string, parameters: Readonly<Record<string, unknown>>): Promise<CommandResource>;
}

export function createDriveClient(site: SiteClient, drive: string): DriveClient {
  const path = `/v1/drives/${encodeURIComponent(drive)}`;
  return {
    state: async () => DriveStateMessage.parse(await site.call(`${path}/state`)),
    description: async () => DriveDescription.parse(await site.call(path)),
    send: async (command, body) =>
      CommandResource.parse(await site.call(`${path}/commands/${command}`, { method: 'POST', body })),
    async run(command, body) {
      const sent = await site.call(`${path}/commands/${command}`, { method: 'POST', body, waitSeconds: WAIT_SECONDS });
      let resource = CommandResource.parse(sent);
      while (RUNNING.has(resource.status)) {
        resource = CommandResource.parse(
          await site.call(`${path}/commands/${resource.id}`, { waitSeconds: WAIT_SECONDS }),
        );
      }
      return resource;
    },
  };
}
