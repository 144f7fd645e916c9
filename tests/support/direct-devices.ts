import type { Clock } from '../../drivers/base/index.ts';
import { DriveCommands, type CommandResource } from '../../services/contracts/index.ts';
import type { LineHost } from '../../services/device/index.ts';
import { DeviceUnreachable, type ConnectDevice, type DriveOrder } from '../../services/orchestrator/index.ts';
import { parseBody } from '../../services/platform/http/index.ts';

/** Reaches the drives of hosts in this process by calls, where production goes over HTTP. */
export function directDevices(hosts: ReadonlyMap<string, LineHost>, clock: Clock): ConnectDevice {
  return (url, fence) => {
    const line = new URL(url).hostname.split('.')[0] ?? '';
    const host = (): LineHost => {
      const found = hosts.get(line);
      if (found === undefined) throw new DeviceUnreachable(`${url} is gone`, 'no');
      return found;
    };
    const axis = (drive: string): NonNullable<ReturnType<LineHost['axes']['get']>> => {
      const found = host().axes.get(drive);
      if (found === undefined) throw new DeviceUnreachable(`no ${drive} at ${url}`, 'no');
      return found;
    };

    /** As the door of the process does: before every change but a stop. */
    const fenced = (): string | undefined => {
      const shown = fence() ?? undefined;
      if (shown !== undefined) host().leadership.check(shown);
      return shown;
    };

    async function command({ drive, command: name, id, body, waitMs }: DriveOrder): Promise<CommandResource> {
      const shown = name === 'stop' ? undefined : fenced();
      const record = await axis(drive).submit(name, parseBody(DriveCommands[name], { ...body, id }, name), shown);
      await Promise.race([record.ended, clock.sleep(waitMs)]);
      return record.resource();
    }

    return {
      command,
      async readCommand(drive, id) {
        const record = axis(drive).command(id);
        if (record === null) throw new DeviceUnreachable(`no command ${id}`, 'no');
        return record.resource();
      },
      readState: async (drive) => axis(drive).state(),
      describe: async () => [...host().faces.values()].flatMap((face) => face.description() ?? []),
      async takeLease(drive, request) {
        fenced();
        return axis(drive).lease.take(request);
      },
      async renewLease(drive, renewal) {
        fenced();
        return axis(drive).lease.renew(renewal);
      },
      async giveLeaseBack(drive, token) {
        fenced();
        axis(drive).lease.giveBack(token);
      },
      readLeadership: async () => host().leadership.state(),
      takeLeadership: async (_line, request) => host().leadership.take(request),
      renewLeadership: async (_line, renewal) => host().leadership.renew(renewal),
      giveLeadershipBack: async (_line, token) => host().leadership.giveBack(token),
      trigger: async (_line, asked) => host().trigger(asked, fenced()),
      stopAll: async (withinMs) => host().stopAll('stop-all', withinMs),
    };
  };
}
