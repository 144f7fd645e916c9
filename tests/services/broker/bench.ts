import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBroker } from '../../../services/broker/index.ts';
import { openTokenFile, type TokenFile } from '../../../services/platform/doors/index.ts';
import { createLogger } from '../../../services/platform/process/index.ts';

export interface GuardedBroker {
  readonly url: string;
  readonly tokens: TokenFile;
  /** Lines of its log, parsed. */
  readonly logged: Record<string, unknown>[];
  /** A client of MQTT.js; `token` is its password. */
  client(token: string | null, options?: IClientOptions): Promise<MqttClient>;
  close(): Promise<void>;
}

/** An embedded broker that asks for tokens, as on a site with a real line. */
export async function guardedBroker(): Promise<GuardedBroker> {
  const folder = await mkdtemp(join(tmpdir(), 'broker-'));
  const tokens = await openTokenFile(join(folder, 'tokens.json'));
  const logged: Record<string, unknown>[] = [];
  const logger = createLogger({
    name: 'broker',
    output: { write: (line) => void logged.push(JSON.parse(line) as Record<string, unknown>) },
  });
  const broker = await startBroker({ host: '127.0.0.1', port: 0, access: tokens, logger });
  const clients: MqttClient[] = [];
  return {
    url: broker.url,
    tokens,
    logged,
    async client(token, options = {}) {
      const login = token === null ? {} : { username: 'anybody', password: token };
      const made = await connectAsync(broker.url, { reconnectPeriod: 0, ...login, ...options }, false);
      made.on('error', () => undefined);
      clients.push(made);
      return made;
    },
    async close() {
      await Promise.all(clients.map((one) => one.endAsync(true)));
      await broker.close();
      await rm(folder, { recursive: true });
    },
  };
}
