import { connectAsync } from 'mqtt';
import { systemClock } from '../../../drivers/base/index.ts';
import type { CommandReport, CommandResource, DriveStateMessage, Problem } from '../../../services/contracts/index.ts';
import type { Answer } from './order-book.ts';
import type { ProcessSite, SiteDrive } from './process-site.ts';

/** The ways by which a command can go in. */
export type DoorName = 'orchestrator' | 'device' | 'mqtt';

interface Sending {
  readonly drive: SiteDrive;
  readonly command: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What a script of a user has: REST at two places and MQTT, each with a limit to its patience. */
export interface Doors {
  send(door: DoorName, sending: Sending): Promise<Answer>;
  /** Null when nobody answers. */
  state(drive: SiteDrive): Promise<DriveStateMessage | null>;
  /** The resource; `forgotten` when the device process does not know it (any more); null when nobody answers. */
  command(drive: SiteDrive, id: string): Promise<CommandResource | 'forgotten' | null>;
  readonly close: () => Promise<void>;
}

const PATIENCE_MS = 1500;
const RECONNECT_MS = 200;

export async function openDoors(site: ProcessSite): Promise<Doors> {
  const mqtt = await openMqtt(site.brokerUrl);
  const urlOf = (door: DoorName, { line }: SiteDrive): string =>
    door === 'device' ? site.deviceUrl(line) : site.orchestratorUrl;
  return {
    send: (door, sending) => (door === 'mqtt' ? mqtt.send(sending) : sendByRest(urlOf(door, sending.drive), sending)),
    state: (drive) => read<DriveStateMessage>(`${site.deviceUrl(drive.line)}/v1/drives/${drive.id}/state`),
    async command(drive, id) {
      const answer = await ask(`${site.deviceUrl(drive.line)}/v1/drives/${drive.id}/commands/${id}`);
      if (answer === null) return null;
      return answer.status === 404 ? 'forgotten' : (answer.body as CommandResource);
    },
    close: async () => mqtt.close(),
  };
}

async function sendByRest(url: string, { drive, command, body }: Sending): Promise<Answer> {
  const answer = await ask(`${url}/v1/drives/${drive.id}/commands/${command}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (answer === null) return { kind: 'doubt', why: 'no answer' };
  if (answer.status < 300) return { kind: 'accepted' };
  const { code } = answer.body as Problem;
  // a gateway's answer says nothing of what became of the request behind it
  return answer.status >= 500 && answer.status !== 503 ? { kind: 'doubt', why: code } : refusedOrDoubt(code);
}

const refusedOrDoubt = (code: string): Answer =>
  code === 'unreachable' ? { kind: 'doubt', why: code } : { kind: 'refused', code };

async function ask(url: string, init: RequestInit = {}): Promise<{ status: number; body: unknown } | null> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(PATIENCE_MS) });
    return { status: response.status, body: await response.json() };
  } catch {
    return null;
  }
}

async function read<T>(url: string): Promise<T | null> {
  const answer = await ask(url);
  return answer?.status === 200 ? (answer.body as T) : null;
}

interface MqttDoor {
  readonly send: (sending: Sending) => Promise<Answer>;
  readonly close: () => Promise<void>;
}

const ANSWERS = 'storm/answers';

/** As a script opens it: the library's own queue and re-delivery, QoS 1, answers on a topic of its own. */
async function openMqtt(url: string): Promise<MqttDoor> {
  const patience = { reconnectPeriod: RECONNECT_MS, connectTimeout: PATIENCE_MS };
  const client = await connectAsync(url, { protocolVersion: 5, ...patience });
  const waiting = new Map<string, (report: CommandReport) => void>();
  let connections = 0;
  client.on('error', () => undefined);
  client.on('connect', () => (connections += 1));
  client.on('message', (_topic, payload, { properties }) => {
    const heard = waiting.get(properties?.correlationData?.toString() ?? '');
    heard?.(JSON.parse(payload.toString()) as CommandReport);
  });
  await client.subscribeAsync(ANSWERS, { qos: 1 });
  let sendings = 0;

  /** The answer comes when the command has ended; silence may mean that it runs, or that it never arrived. */
  async function send({ drive, command, body }: Sending): Promise<Answer> {
    const correlation = String((sendings += 1));
    const connectionsBefore = connections;
    const answer = new Promise<CommandReport>((resolve) => waiting.set(correlation, resolve));
    const properties = { responseTopic: ANSWERS, correlationData: Buffer.from(correlation) };
    client.publish(`kmotion/drives/${drive.id}/commands/${command}`, JSON.stringify(body), { qos: 1, properties });
    const limit = new AbortController();
    const heard = await Promise.race([answer, systemClock.sleep(PATIENCE_MS, limit.signal).catch(() => undefined)]);
    limit.abort();
    waiting.delete(correlation);
    if (heard === undefined) return { kind: 'doubt', why: 'no result' };
    if (heard.status !== 'refused') return { kind: 'accepted' };
    // after a reconnect the library sends again what may have arrived: then the no is perhaps of the second
    const code = heard.error?.code ?? 'refused';
    return connections === connectionsBefore ? { kind: 'refused', code } : { kind: 'doubt', why: code };
  }
  return { send, close: async () => client.endAsync(true) };
}
