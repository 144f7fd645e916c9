/** A message as it arrives; the payload is text (JSON or a bare number), at most 64 KiB. */
export interface IncomingMessage {
  readonly topic: string;
  readonly payload: string;
  /** The broker kept it: such a command never moves anything. */
  readonly retained: boolean;
  /** MQTT 5 response topic and correlation data, when the sender gave them. */
  readonly replyTo: { readonly topic: string; readonly correlation: Uint8Array | null } | null;
}

export interface PublishOptions {
  readonly retain?: boolean;
  /** 0 or 1; default 1. */
  readonly qos?: 0 | 1;
  readonly correlation?: Uint8Array | null;
  /** MQTT 5 response topic: where the receiver should answer. */
  readonly replyTo?: string;
  readonly expirySeconds?: number;
}

export type BusState = 'online' | 'offline';

/**
 * MQTT without its traps: clean session, no offline queue (a publish while offline is dropped and counted, retained
 * state is re-published by its owner on `online`), MQTT 5 where the broker speaks it and 3.1.1 otherwise, no Nagle,
 * subscriptions renewed on reconnect and heard once.
 */
export interface MessageBus {
  state(): BusState;
  /** Called on each change, and at once with the present state. */
  onState(listener: (state: BusState) => void): () => void;
  publish(topic: string, payload: string, options?: PublishOptions): void;
  /** How many messages were dropped since the start: published while offline, too large, or refused by the broker. */
  drops(): number;
  /**
   * `filter` may hold `+` and `#`. What the broker retained arrives first, `retained` being true; after a reconnect again.
   * @throws Error when the filter overlaps another one of this bus
   */
  subscribe(filter: string, listener: (message: IncomingMessage) => void): () => void;
  close(): Promise<void>;
}

/** What the broker publishes, retained, when this client is lost without having closed. */
export interface Will {
  readonly topic: string;
  readonly payload: string;
}
