import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { connectAsync, type MqttClient } from 'mqtt';
import { systemClock } from '../../../drivers/base/index.ts';
import type { ProcessSite } from '../storm/process-site.ts';
import { until } from '../storm/until.ts';
import { jogByRest, newRenewal, type JogPlan, type Renewal } from './jogging.ts';
import { Relay } from './relay.ts';

/** A way in which a jog loses whoever held it. */
export interface Abandonment {
  readonly name: string;
  /** Jogs all drives, and ends with all of them abandoned. `heldMs`: how long they are held before. */
  abandon(plans: readonly JogPlan[], heldMs: number): Promise<readonly Renewal[]>;
  /** Brings back what was broken. */
  mend(): Promise<void>;
  close(): Promise<void>;
}

/** What is sent into a cut network or to a dead broker, for so long, may come when it is mended. */
const STILL_HELD_MS = 400;
const BEGUN_WITHIN_MS = 60_000;
const RECONNECT_MS = 200;

const nothing = async (): Promise<void> => undefined;

/** kill -9 of the client, a process that jogs by REST through the orchestrator. */
export function killedClient(site: ProcessSite): Abandonment {
  const script = fileURLToPath(new URL('jog-client.ts', import.meta.url));
  return {
    name: 'client killed',
    async abandon(plans, heldMs) {
      const renewals: Renewal[] = [];
      const own = plans.map((plan) => ({ ...plan, url: site.orchestratorUrl }));
      const child = fork(script, [JSON.stringify(own)], {
        execArgv: ['--import', 'tsx'],
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      child.on('message', (message) => renewals.push(message as Renewal));
      await until(() => renewals.some(({ accepted }) => accepted !== null), begun);
      await systemClock.sleep(heldMs);
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
      return renewals;
    },
    mend: nothing,
    close: nothing,
  };
}

const begun = { what: 'a jog to begin', withinMs: BEGUN_WITHIN_MS, everyMs: 5 };

/** Jogs by REST in this process; `during` breaks what is to be broken while all keys are still held. */
async function held(plans: readonly JogPlan[], heldMs: number, during: () => Promise<void>): Promise<Renewal[]> {
  const renewals: Renewal[] = [];
  let isHeld = true;
  const jogs = plans.map((plan) =>
    jogByRest(
      plan,
      () => isHeld,
      (renewal) => renewals.push(renewal),
    ),
  );
  await systemClock.sleep(heldMs);
  await during();
  isHeld = false;
  await Promise.all(jogs);
  return renewals;
}

/** Nothing passes between clients and device processes; what was under way arrives later. */
export async function cutNetwork(site: ProcessSite): Promise<Abandonment> {
  const lines = [...site.devices.keys()];
  const relays = new Map<string, Relay>();
  for (const line of lines) relays.set(line, await Relay.open(site.deviceUrl(line)));
  const lineOf = new Map(site.drives.map(({ id, line }) => [id, line]));
  const relayOf = (drive: string): Relay | undefined => relays.get(lineOf.get(drive) ?? '');
  return {
    name: 'network cut',
    abandon: (plans, heldMs) =>
      held(
        plans.map((plan) => ({ ...plan, url: relayOf(plan.drive)?.url ?? plan.url })),
        heldMs,
        async () => {
          for (const relay of relays.values()) relay.cut();
          await systemClock.sleep(STILL_HELD_MS);
        },
      ),
    mend: async () => {
      for (const relay of relays.values()) relay.mend();
    },
    close: async () => {
      for (const relay of relays.values()) await relay.close();
    },
  };
}

/** kill -9 of all device processes while they are renewed by REST. */
export function killedDeviceProcess(site: ProcessSite): Abandonment {
  const devices = [...site.devices.values()];
  return {
    name: 'device process killed',
    abandon: (plans, heldMs) =>
      held(
        plans.map((plan) => ({ ...plan, url: site.deviceUrl(lineOf(site, plan.drive)) })),
        heldMs,
        async () => void (await Promise.all(devices.map((device) => device.kill()))),
      ),
    mend: async () => void (await Promise.all(devices.map((device) => device.start()))),
    close: nothing,
  };
}

const lineOf = (site: ProcessSite, drive: string): string => site.drives.find(({ id }) => id === drive)?.line ?? '';

/** kill -9 of the broker while drives are jogged by MQTT; the client's library sends again what was under way. */
export async function deadBroker(site: ProcessSite): Promise<Abandonment> {
  const client = await connectAsync(site.brokerUrl, { reconnectPeriod: RECONNECT_MS });
  client.on('error', () => undefined);
  return {
    name: 'broker dead',
    async abandon(plans, heldMs) {
      const renewals: Renewal[] = [];
      let isHeld = true;
      const told = (renewal: Renewal): void => void renewals.push(renewal);
      const jogs = plans.map((plan) => jogByMqtt({ plan, client, told, isHeld: () => isHeld }));
      await systemClock.sleep(heldMs);
      await site.broker.kill();
      await systemClock.sleep(STILL_HELD_MS);
      isHeld = false;
      await Promise.all(jogs);
      return renewals;
    },
    mend: async () => {
      await site.broker.start();
      await until(() => client.connected, { what: 'the client to be connected again', withinMs: BEGUN_WITHIN_MS });
    },
    close: async () => client.endAsync(true),
  };
}

interface MqttJog {
  readonly plan: JogPlan;
  readonly client: MqttClient;
  readonly isHeld: () => boolean;
  readonly told: (renewal: Renewal) => void;
}

/** Whether any of it was accepted is asked of the device process afterwards. */
async function jogByMqtt({ plan, client, isHeld, told }: MqttJog): Promise<void> {
  while (isHeld()) {
    const { renewal, body } = newRenewal(plan);
    told(renewal);
    client.publish(`kmotion/drives/${plan.drive}/commands/jog`, body, { qos: 1 });
    await systemClock.sleep(plan.everyMs);
  }
}
