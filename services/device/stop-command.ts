import { isDriverError } from '../../drivers/base/index.ts';
import type { DriveCommand } from '../contracts/index.ts';
import type { AxisIntake } from './axis-intake.ts';
import type { AxisKit } from './axis-parts.ts';
import type { StopAxis } from './axis-stop.ts';
import type { AxisView } from './axis-view.ts';
import type { CommandRecord } from './command-record.ts';
import { newCommandId } from './random-ids.ts';

interface StopParts {
  readonly kit: AxisKit;
  readonly view: AxisView;
  readonly intake: AxisIntake;
  readonly stop: StopAxis;
}

/** Never refused: an id that was used before only means that this stop gets one of its own. */
export function submitStop(body: DriveCommand<'stop'>, parts: StopParts): CommandRecord {
  const { intake, kit } = parts;
  const isUsed = body.id !== undefined && intake.command(body.id) !== null;
  const record = intake.newRecord('stop', isUsed ? { ...body, id: newCommandId(kit.random) } : body);
  record.activate();
  void carryOut(record, body.then ?? 'hold', parts);
  return record;
}

async function carryOut(record: CommandRecord, then: 'hold' | 'disable', parts: StopParts): Promise<void> {
  const { kit, view } = parts;
  const startedAtMs = kit.clock.nowMs();
  const { confirmed } = await parts.stop('by command', record.id);
  const isAsAsked = confirmed && (then === 'hold' || (await switchOff(kit)));
  const result = {
    finalPosition: view.position(),
    positionError: null,
    durationMs: kit.clock.nowMs() - startedAtMs,
    plannedDurationMs: null,
    stop: confirmed ? ('confirmed' as const) : ('unconfirmed' as const),
  };
  if (isAsAsked) record.end({ status: 'done', result });
  else record.end({ status: 'failed', result, error: confirmed ? NOT_OFF : UNCONFIRMED });
}

const UNCONFIRMED = {
  code: 'writeUnverified',
  detail: 'No reading after the stop showed the axis at rest: treat it as moving.',
};
const NOT_OFF = { code: 'driveTimeout', detail: 'The axis rests, but the drive did not switch off.' };

async function switchOff({ drive }: AxisKit): Promise<boolean> {
  try {
    await drive.execute({ kind: 'disable' }, { stillWanted: () => true });
    return true;
  } catch (error) {
    if (isDriverError(error)) return false;
    throw error;
  }
}
