import { connect, type IClientOptions, type IPublishPacket, type MqttClient } from 'mqtt';
import type { Cancel, Clock, Random } from '../../../drivers/base/index.ts';
import { createStates, type BusStates } from './bus-states.ts';
import { createConnectionStory, type ConnectionStory } from './connection-story.ts';
import { createDroppedMessages } from './dropped-messages.ts';
import type { Logger } from '../process/logger.ts';
import type { IncomingMessage, MessageBus, PublishOptions, Will } from './message-bus.ts';
import { createSubscriptions, type Subscriptions } from './subscriptions.ts';
import { isPlainTopic } from './topic-filter.ts';

export interface BusOptions {
  /** mqtt:// mqtts:// ws:// wss:// */
  readonly url: string;
  readonly clientId: string;
  readonly username?: string | null;
  readonly password?: string | null;
  /** PEM texts. */
  readonly ca?: string | null;
  readonly cert?: string | null;
  readonly key?: string | null;
  readonly will?: Will;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

const MAX_PACKET_BYTES = 65_536;
const CONNECT_TIMEOUT_MS = 5000;
const CLOSE_TIMEOUT_MS = 500;
const KEEPALIVE_S = 15;

/**
 * A bus over MQTT; returns at once and connects with back-off for as long as it lives. This file is the only one that
 * knows MQTT.js.
 */
export function connectMessageBus(options: BusOptions): MessageBus {
  const states = createStates('offline');
  const subscriptions = createSubscriptions();
  const story = createConnectionStory(options);
  const dropped = createDroppedMessages(options.logger);
  const connection = keepConnected(options, { states, subscriptions, story });
  const client = (): MqttClient | null => (states.get() === 'online' ? connection.client() : null);
  return {
    state: states.get,
    onState: states.listen,
    publish(topic, payload, more = {}) {
      const current = client();
      const obstacle = current === null ? 'offline' : obstacleTo(topic, payload);
      if (current === null || obstacle !== null) return dropped.add(topic, obstacle ?? 'offline');
      current.publish(topic, payload, publishOptions(more, current.options.protocolVersion === 5), (error) => {
        if (error) dropped.add(topic, error.message);
      });
    },
    drops: dropped.count,
    subscribe(filter, listener) {
      subscriptions.add(filter, listener);
      connection.client()?.subscribe(filter, asPublished, (error) => {
        if (error) options.logger.error({ filter, reason: error.message }, 'the broker refused a subscription');
      });
      return () => {
        if (subscriptions.remove(filter, listener)) connection.client()?.unsubscribe(filter, () => undefined);
      };
    },
    close: connection.close,
  };
}

interface BusParts {
  readonly states: BusStates;
  readonly subscriptions: Subscriptions;
  readonly story: ConnectionStory;
}

interface Connection {
  /** The connected client, or null. */
  readonly client: () => MqttClient | null;
  readonly close: () => Promise<void>;
}

/**
 * Each connection is a new client of the library: nothing that was queued, unsent or unacknowledged in one connection
 * can come out in the next (by default the library keeps even QoS 0 for later).
 */
function keepConnected(options: BusOptions, { states, subscriptions, story }: BusParts): Connection {
  let client: MqttClient | null = null;
  let isClosed = false;
  let cancelRetry: Cancel | null = null;

  function attempt(): void {
    const current = connect(options.url, clientOptions(options, story.version()));
    client = current;
    current.on('connect', () => {
      withoutNagle(current);
      void renew(current);
    });
    current.on('message', (_topic, _payload, packet) => subscriptions.dispatch(incoming(packet)));
    current.on('error', (error) => story.failed(error));
    current.on('disconnect', (packet) => story.dismissed(packet.reasonCode ?? 0));
    current.on('close', () => lost(current));
  }

  /** Subscribed first, online afterwards: who is told `online` already hears every command. */
  async function renew(current: MqttClient): Promise<void> {
    try {
      await Promise.all(subscriptions.filters().map((filter) => current.subscribeAsync(filter, asPublished)));
    } catch (error) {
      story.failed(error);
      current.end(true);
    }
    if (!current.connected || isClosed) return;
    story.succeeded();
    states.set('online');
  }

  function lost(current: MqttClient): void {
    if (client !== current) return;
    client = null;
    current.end(true);
    states.set('offline');
    if (!isClosed) cancelRetry = options.clock.after(story.lost(), attempt);
  }

  attempt();
  return {
    client: () => (client?.connected === true ? client : null),
    async close() {
      isClosed = true;
      cancelRetry?.();
      if (client !== null) await endGently(client, options.clock);
      states.set('offline');
    },
  };
}

/** Why a message cannot be sent, or null. */
function obstacleTo(topic: string, payload: string): string | null {
  if (!isPlainTopic(topic)) return 'not a topic to publish to';
  return Buffer.byteLength(payload) > MAX_PACKET_BYTES ? 'larger than 64 KiB' : null;
}

/**
 * Retain as published: without it a command that somebody publishes with retain looks fresh now, and lies in wait for
 * the next start. Retained messages are asked for (retain handling 0), so that a retained command is seen and refused.
 */
const asPublished = { qos: 1, rap: true, rh: 0 } as const;

function clientOptions(options: BusOptions, version: 4 | 5): IClientOptions {
  const { username, password, ca, cert, key, will } = options;
  return {
    clientId: options.clientId,
    protocolVersion: version,
    clean: true,
    // our own: see connectMessageBus
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    connectTimeout: CONNECT_TIMEOUT_MS,
    keepalive: KEEPALIVE_S,
    timerVariant: 'native',
    // a ping is due every fifteen seconds, busy or not: to put it off with every packet costs a timer each time
    reschedulePings: false,
    // the library writes a dozen lines of its own debugging for each message
    log: () => undefined,
    ...present({ username, password, ca, cert, key }),
    ...(version === 5 && { properties: { sessionExpiryInterval: 0, maximumPacketSize: 2 * MAX_PACKET_BYTES } }),
    ...(will && { will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1, retain: true } }),
  };
}

function present(fields: Readonly<Record<string, string | null | undefined>>): Record<string, string> {
  const given = Object.entries(fields).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return Object.fromEntries(given);
}

/** With Nagle and delayed acknowledgements a QoS 1 exchange takes 44 ms instead of 0.3; the library has no option. */
function withoutNagle(client: MqttClient): void {
  const stream: { setNoDelay?: (on: boolean) => void } = client.stream as object;
  stream.setNoDelay?.(true);
}

function publishOptions(more: PublishOptions, hasProperties: boolean): object {
  const { retain = false, qos = 1, replyTo, correlation, expirySeconds } = more;
  const hasNone = replyTo === undefined && correlation == null && expirySeconds === undefined;
  if (!hasProperties || hasNone) return { retain, qos };
  const properties = {
    ...(replyTo !== undefined && { responseTopic: replyTo }),
    ...(correlation != null && { correlationData: Buffer.from(correlation) }),
    ...(expirySeconds !== undefined && { messageExpiryInterval: expirySeconds }),
  };
  return { retain, qos, properties };
}

function incoming(packet: IPublishPacket): IncomingMessage {
  const { topic, payload, retain, properties } = packet;
  const replyTo = properties?.responseTopic;
  // An answer goes only to a plain topic: a wildcard or a broker's own topic is not honoured.
  const isAnswerable = replyTo !== undefined && isPlainTopic(replyTo);
  return {
    topic,
    payload: payload.toString(),
    retained: retain,
    replyTo: isAnswerable ? { topic: replyTo, correlation: properties?.correlationData ?? null } : null,
  };
}

/** Sends what is on its way, then DISCONNECT, so that the will is not published; a broker that hangs does not hold us. */
async function endGently(client: MqttClient, clock: Clock): Promise<void> {
  await new Promise<void>((resolve) => {
    const cancel = clock.after(CLOSE_TIMEOUT_MS, () => client.end(true, () => resolve()));
    client.end(!client.connected, () => {
      cancel();
      resolve();
    });
  });
}
