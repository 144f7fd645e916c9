import type { CommandResource, LineTrigger, LineTriggerAnswer } from '../../services/contracts/index.ts';
import type { Axis } from '../../services/device/axis.ts';
import type { LineHost } from '../../services/device/index.ts';
import { DeviceUnreachable, type ConnectDevice, type DriveOrder } from '../../services/orchestrator/index.ts';
import type { Dice } from './dice.ts';
import type { Order } from './facts.ts';
import type { ProcessGate } from './process-gate.ts';
import type { World } from './world.ts';

interface CallParts {
  readonly world: World;
  /** Of the orchestrator. */
  readonly gate: ProcessGate;
  readonly dice: Dice;
}

interface CommandParts extends CallParts {
  readonly line: string;
}

interface Call<T> {
  readonly line: string;
  readonly patienceMs: number;
  readonly ask: (host: LineHost) => Promise<T>;
}

/** As long as the REST client waits for an answer. */
const PATIENCE_MS = 1500;
const TRIGGER_PATIENCE_MS = 1000;
const LOST_REQUEST = 0.01;
const LOST_ANSWER = 0.01;
const LATE = 0.04;
/** Of starts that come once more, as a proxy or a client that is unsure may send them. */
const STARTS_TWICE = 0.1;
const AGAIN_WITHIN_MS = 3000;
/** Of disarmings after which somebody starts the group all the same. */
const STARTS_DISARMED = 0.5;

/** How the orchestrator reaches device processes: calls that get lost, come late, or meet a process that dies meanwhile. */
export function createDeviceCalls(parts: CallParts): ConnectDevice {
  return (url) => {
    const line = new URL(url).hostname.split('.')[0] ?? '';
    const ask = <T>(run: (host: LineHost) => Promise<T>, patienceMs = PATIENCE_MS): Promise<T> =>
      call({ line, patienceMs, ask: run }, parts);
    return {
      command: (order) => ask((host) => command(host, order, { ...parts, line }), PATIENCE_MS + order.waitMs),
      readCommand: (drive, id) =>
        ask(async (host) => {
          const record = axis(host, drive).command(id);
          if (record === null) throw new DeviceUnreachable(`no command ${id}`, 'no');
          return record.resource();
        }),
      readState: (drive) => ask(async (host) => axis(host, drive).state()),
      describe: () => ask(async (host) => [...host.faces.values()].flatMap((face) => face.description() ?? [])),
      takeLease: (drive, request) => ask(async (host) => axis(host, drive).lease.take(request)),
      renewLease: (drive, renewal) => ask(async (host) => axis(host, drive).lease.renew(renewal)),
      giveLeaseBack: (drive, token) => ask(async (host) => axis(host, drive).lease.giveBack(token)),
      readLeadership: () => ask(async (host) => host.leadership.state()),
      takeLeadership: (_line, request) => ask(async (host) => host.leadership.take(request)),
      renewLeadership: (_line, renewal) => ask(async (host) => host.leadership.renew(renewal)),
      giveLeadershipBack: (_line, token) => ask(async (host) => host.leadership.giveBack(token)),
      trigger(_line, asked) {
        const leadMs =
          asked.startAt === undefined ? 0 : Math.max(0, Date.parse(asked.startAt) - parts.world.clock.unixMs());
        const process = parts.world.processes.get(line)!;
        const start = (host: LineHost): Promise<LineTriggerAnswer> => process.triggerGroup(host, asked);
        if (parts.dice.happens(STARTS_TWICE))
          parts.world.clock.after(parts.dice.between(1, AGAIN_WITHIN_MS), () => process.call(start, () => undefined));
        return ask(start, TRIGGER_PATIENCE_MS + leadMs);
      },
      stopAll: () => ask((host) => host.stopAll('stop-all')),
    };
  };
}

const axis = (host: LineHost, drive: string): Axis => host.axes.get(drive)!;

async function command(
  host: LineHost,
  { drive, command: name, id, body, waitMs }: DriveOrder,
  { world, dice, line }: CommandParts,
): Promise<CommandResource> {
  const order: Order = {
    number: world.nextOrder(),
    from: 'orchestrator',
    drive,
    command: name,
    via: 'rest',
    body: { ...body, id },
    isRetained: false,
    atMs: world.clock.nowMs(),
    epochReadAtMs: null,
  };
  const process = world.processes.get(line)!;
  const record = await process.take(host, order, 'sent');
  if (name === 'disarm') startAllTheSame(drive, { world, dice, line });
  await Promise.race([record.ended, world.clock.sleep(waitMs)]);
  return record.resource();
}

/** A start that nobody means any more: it is no order, and whatever it moves was not asked for. */
function startAllTheSame(drive: string, { world, dice, line }: Omit<CommandParts, 'gate'>): void {
  const armed = world.facts.all.findLast(
    (fact) => fact.kind === 'delivery' && fact.order.drive === drive && fact.order.command === 'arm',
  );
  if (armed?.kind !== 'delivery' || !dice.happens(STARTS_DISARMED)) return;
  const asked: LineTrigger = { group: Number(armed.order.body['group']), drives: [drive] };
  world.clock.after(dice.between(1, AGAIN_WITHIN_MS), () => {
    world.facts.count('start of a drive that had been disarmed');
    world.processes.get(line)!.call(
      (host) => host.trigger(asked),
      () => undefined,
    );
  });
}

function call<T>({ line, patienceMs, ask }: Call<T>, { world, gate, dice }: CallParts): Promise<T> {
  const { clock } = world;
  const latencyMs = (): number => dice.between(0.3, 3) + (dice.happens(LATE) ? dice.between(10, 1800) : 0);
  const [isRequestLost, isAnswerLost] = [dice.happens(LOST_REQUEST), dice.happens(LOST_ANSWER)];
  return new Promise((resolve, reject) => {
    const giveUp = gate.clock.after(patienceMs, () =>
      reject(new DeviceUnreachable(`${line} did not answer`, 'unknown')),
    );
    const settle = (outcome: PromiseSettledResult<T>): void =>
      void clock.after(latencyMs(), () =>
        gate.enter(() => {
          giveUp();
          if (outcome.status === 'fulfilled') resolve(outcome.value);
          else reject(outcome.reason);
        }),
      );
    clock.after(latencyMs(), () => {
      if (isRequestLost) return;
      const isThere = world.processes.get(line)!.call(ask, (outcome) => (isAnswerLost ? undefined : settle(outcome)));
      if (!isThere) settle({ status: 'rejected', reason: new DeviceUnreachable(`nobody listens at ${line}`, 'no') });
    });
  });
}
