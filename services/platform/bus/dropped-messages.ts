import type { Logger } from '../process/logger.ts';

/** Messages that were not sent, or that the broker did not take. */
export interface DroppedMessages {
  readonly count: () => number;
  add(topic: string, reason: string): void;
}

export function createDroppedMessages(logger: Logger): DroppedMessages {
  let count = 0;
  return {
    count: () => count,
    add(topic, reason) {
      count++;
      logger.debug({ topic, reason }, 'message not sent');
    },
  };
}
