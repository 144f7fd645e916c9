import type { Clock } from '../../drivers/base/index.ts';
import { DeviceUnreachable, type ConnectDevice, type DeviceClient } from '../../services/orchestrator/index.ts';

/** What happens to one call: its request never arrives, its answer never does, or it arrives late. */
export type Loss = 'request' | 'answer' | { readonly lateMs: number };

/** Calls on their way to device processes, by name (`left-1 arm`, `left trigger`), and what befalls some of them, once. */
export interface LossyDevices {
  readonly through: (connect: ConnectDevice, clock: Clock) => ConnectDevice;
  /** Every call that was begun, in order. */
  readonly begun: string[];
  /** @param after so many calls of that name that go well */
  lose(call: string, loss: Loss, after?: number): void;
  /** Runs when that call has been answered. */
  onAnswered(call: string, act: () => void): void;
}

/** As long as the REST client waits for an answer. */
const PATIENCE_MS = 1500;
const TRIGGER_PATIENCE_MS = 1000;
const LEADERS_PATIENCE_MS = 500;

export function createLossyDevices(): LossyDevices {
  const losses = new Map<string, { readonly loss: Loss; after: number }>();
  const answered = new Map<string, () => void>();
  const begun: string[] = [];

  async function carry<T>(
    { name, patienceMs, clock }: { name: string; patienceMs: number; clock: Clock },
    ask: () => Promise<T>,
  ): Promise<T> {
    begun.push(name);
    const due = losses.get(name);
    const loss = due?.after === 0 ? due.loss : undefined;
    if (loss !== undefined) losses.delete(name);
    else if (due !== undefined) due.after -= 1;
    const giveUp = async (): Promise<never> => {
      await clock.sleep(patienceMs);
      throw new DeviceUnreachable(`${name} was not answered`, 'unknown');
    };
    if (loss === 'request') return giveUp();
    if (typeof loss === 'object') await clock.sleep(loss.lateMs);
    const asked = ask();
    if (loss === 'answer') return asked.then(giveUp, giveUp);
    const answer = await asked;
    answered.get(name)?.();
    return answer;
  }

  return {
    begun,
    lose: (call, loss, after = 0) => void losses.set(call, { loss, after }),
    onAnswered: (call, act) => void answered.set(call, act),
    through: (connect, clock) => (url, fence) => lossy(connect(url, fence), clock, carry),
  };
}

type Carry = <T>(
  call: { readonly name: string; readonly patienceMs: number; readonly clock: Clock },
  ask: () => Promise<T>,
) => Promise<T>;

function lossy(client: DeviceClient, clock: Clock, carry: Carry): DeviceClient {
  return {
    ...client,
    command: (order) => {
      const call = { name: `${order.drive} ${order.command}`, patienceMs: PATIENCE_MS + order.waitMs, clock };
      return carry(call, () => client.command(order));
    },
    takeLeadership: (line, asked) =>
      carry({ name: `${line} lead`, patienceMs: LEADERS_PATIENCE_MS, clock }, () => client.takeLeadership(line, asked)),
    renewLeadership: (line, asked) =>
      carry({ name: `${line} lead on`, patienceMs: LEADERS_PATIENCE_MS, clock }, () =>
        client.renewLeadership(line, asked),
      ),
    trigger: (line, asked) => {
      const leadMs = asked.startAt === undefined ? 0 : Math.max(0, Date.parse(asked.startAt) - clock.unixMs());
      const call = { name: `${line} trigger`, patienceMs: TRIGGER_PATIENCE_MS + leadMs, clock };
      return carry(call, () => client.trigger(line, asked));
    },
  };
}
