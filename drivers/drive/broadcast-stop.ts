import { isDriverError } from '../base/index.ts';
import type { ModbusLine } from '../modbus/index.ts';
import { planWrites, type Profile } from '../profile/index.ts';
import { schemeOf } from '../schemes/index.ts';
import { commanded } from './commanded.ts';
import { broadcastManners } from './request-manners.ts';

const BROADCAST = 0;

/**
 * One quick stop for every drive of a line at once. Nobody answers a broadcast, so it proves nothing: each drive is
 * stopped and asked by itself afterwards. Never rejects for trouble of the line.
 */
export type BroadcastStop = () => Promise<void>;

/** Null where the model does not obey broadcasts, or its stop depends on what each drive is doing. */
export function createBroadcastStop(line: ModbusLine, profile: Profile): BroadcastStop | null {
  const steps = profile.broadcast === 'obeyed' ? (schemeOf(profile).commonStop ?? []) : [];
  const frames = steps.flatMap((step) => planWrites(profile, commanded(step)));
  if (frames.length === 0) return null;
  const options = { lane: 'stop', ...broadcastManners(profile), executedIfLost: 'no' } as const;
  const send = async (): Promise<void> => {
    try {
      for (const { address, words, functionCode } of frames) {
        await line.write({ unit: BROADCAST, address, values: words, functionCode }, options);
      }
    } catch (error) {
      if (!isDriverError(error)) throw error;
    }
  };
  let underWay: Promise<void> | null = null;
  // asked for by REST and by message at once it is sent once: nothing that moves comes between
  return () => (underWay ??= send().finally(() => (underWay = null)));
}
