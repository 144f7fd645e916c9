import { isDriverError } from '../base/index.ts';

/** Failures that say nothing about the drive; asking again is right for whatever may be repeated. */
export const isTransient = (error: unknown): boolean => isDriverError(error, 'TIMEOUT', 'BAD_FRAME', 'QUEUE_FULL');

const ATTEMPTS = 3;

/** Only for reads and for writes that may arrive twice: never for a trigger. */
export async function retried<Result>(run: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (attempt >= ATTEMPTS || !isTransient(error) || signal?.aborted === true) throw error;
    }
  }
}
