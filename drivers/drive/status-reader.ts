import type { Lane } from '../modbus/index.ts';
import {
  channelProfile,
  planChannelReads,
  polledSignals,
  wireCostOf,
  type ChannelName,
  type ChannelReadBlock,
  type Profile,
  type SignalName,
} from '../profile/index.ts';
import type { Reading, RegisterPort } from './register-port.ts';
import type { SharedUnit } from './shared-unit.ts';

/** Reads what a fast poll reads, and more in the same turn. */
type ReadStatus = (also: readonly SignalName[], lane: Lane) => Promise<Reading>;

export interface StatusReader {
  readonly read: ReadStatus;
  /** Ends with a read that somebody else has under way and whose reading is handed over; null without one. */
  readonly underWay: () => Promise<unknown> | null;
}

/** Of two drives in one unit each reads the status of both, and hands the other its part. */
export function createStatusReader(port: RegisterPort, profile: Profile, unit: SharedUnit | undefined): StatusReader {
  const fast = polledSignals(profile, 'fast');
  const alone: ReadStatus = (also, lane) => port.read([...fast, ...also], lane);
  const { narrowed } = profile;
  if (unit === undefined || narrowed === undefined) return { read: alone, underWay: () => null };
  return { read: readBoth({ port, unit, narrowed, alone }), underWay: () => unit.reading() };
}

function readBoth(parts: {
  readonly port: RegisterPort;
  readonly unit: SharedUnit;
  readonly narrowed: NonNullable<Profile['narrowed']>;
  readonly alone: ReadStatus;
}): ReadStatus {
  const { port, unit, narrowed, alone } = parts;
  const { channel } = narrowed;
  const other = channel === 'left' ? 'right' : 'left';
  const plans = createPlans(narrowed.of, channel);
  return async (also, lane) => {
    const member = unit.at(other);
    if (member === undefined) return alone(also, lane);
    return unit.whileReading(
      port.readChannels(plans(also), lane).then((readings) => {
        member.offer(readings[other]);
        return readings[channel];
      }),
    );
  };
}

function createPlans(
  unit: Profile,
  channel: ChannelName,
): (also: readonly SignalName[]) => readonly ChannelReadBlock[] {
  const known = new Map<string, readonly ChannelReadBlock[]>();
  const fast = (of: ChannelName): readonly SignalName[] => polledSignals(channelProfile(unit, of), 'fast');
  const both = { left: fast('left'), right: fast('right') };
  return (also) => {
    const key = also.join();
    const plan =
      known.get(key) ?? planChannelReads(unit, { ...both, [channel]: [...both[channel], ...also] }, wireCostOf(unit));
    known.set(key, plan);
    return plan;
  };
}
