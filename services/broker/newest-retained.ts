import type { Aedes, AedesPublishPacket } from 'aedes';

/** The part of the library's memory that it does not describe in its types. */
interface Memory {
  storeRetained(packet: Retained): Promise<void>;
}
type Retained = Pick<AedesPublishPacket, 'topic' | 'payload'>;

/**
 * The library collects what it retained a while before it sends it to a new subscriber, and what is published meanwhile
 * goes ahead: an `offline` of before would arrive after the `online` of now, and stay the last word. So a collected
 * message that is no longer the retained one is not sent; its successor has gone or goes to the same subscriber.
 */
export function sendOnlyNewestRetained(broker: Aedes): void {
  const newest = new Map<string, Retained['payload']>();
  const { persistence: memory } = broker as Aedes & { readonly persistence: Memory };
  const store = memory.storeRetained.bind(memory);
  memory.storeRetained = (packet) => {
    if (packet.payload.length === 0) newest.delete(packet.topic);
    else newest.set(packet.topic, packet.payload);
    return store(packet);
  };
  broker.authorizeForward = (_client, packet) =>
    isCollected(packet) && newest.get(packet.topic) !== packet.payload ? null : packet;
}

/** What is sent on subscribing has lost its broker's id, so that the library does not take it for a repetition. */
const isCollected = ({ brokerId }: { readonly brokerId: string | null }): boolean => brokerId === null;
