import { DriverError, type Clock } from '../base/index.ts';
import type { ModbusLine } from '../modbus/index.ts';
import { deniedWrite, planWrites, type Profile } from '../profile/index.ts';
import type { TriggerGroup } from './drive.ts';
import { broadcastManners } from './request-manners.ts';

const BROADCAST = 0;

/** The trigger for all drives of one line that share this profile; whether each started, each must be asked afterwards. */
export function createGroupTrigger(parts: {
  readonly line: ModbusLine;
  readonly profile: Profile;
  readonly clock: Clock;
}): TriggerGroup {
  const { line, profile, clock } = parts;
  return async (group, { stillWanted, notAfterMs }) => {
    let sentAtMs = clock.nowMs();
    const [frame] = planWrites(profile, { groupTrigger: group });
    if (frame === undefined) return { sentAtMs };
    const denied = deniedWrite(profile, frame.address, frame.words);
    if (denied !== null) throw new DriverError('UNSUPPORTED', denied);
    await line.write(
      { unit: BROADCAST, address: frame.address, values: frame.words, functionCode: frame.functionCode },
      {
        lane: 'trigger',
        ...broadcastManners(profile),
        notAfterMs,
        executedIfLost: 'unknown',
        stillWanted() {
          sentAtMs = clock.nowMs();
          return stillWanted();
        },
      },
    );
    return { sentAtMs };
  };
}
