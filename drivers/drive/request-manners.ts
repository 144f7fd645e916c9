import type { RequestOptions } from '../modbus/index.ts';
import type { Profile } from '../profile/index.ts';

export type Manners = Pick<RequestOptions, 'turnaroundMs' | 'refusals' | 'crcErrorException' | 'quietAfterMs'>;

/** What the line must know of a drive model with every read: how long it thinks, and how it says no. */
export function readManners({ timing, refusals, crcErrorException }: Profile): Manners {
  return { turnaroundMs: timing.turnaroundMs, refusals, crcErrorException };
}

/** The same for a write, after which the drive may be deaf for a while. */
export function writeManners(profile: Profile): Manners {
  return { ...readManners(profile), quietAfterMs: profile.timing.quietAfterWriteMs };
}

/** The same for a write that goes to every drive of the model. */
export function broadcastManners(profile: Profile): Manners {
  return { ...readManners(profile), quietAfterMs: profile.timing.quietAfterBroadcastMs };
}
