import { systemClock, type Random } from '../../../drivers/base/index.ts';
import type { DriveStateMessage } from '../../../services/contracts/index.ts';
import type { Doors } from './doors.ts';
import { newUuid } from './order-book.ts';
import type { SiteDrive } from './process-site.ts';

const PAUSE_MS = 100;
const PATIENCE_MS = 120_000;

/** What must be done before it can move; null when it can, `wait` when nothing can be done now. */
export function preparationOf({ state, stopLatched, moving, position }: DriveStateMessage): string | null {
  if (state === 'unknown' || moving !== false || position === null) return 'wait';
  if (state === 'errorStop') return 'reset';
  if (stopLatched) return 'release';
  if (state === 'disabled') return 'enable';
  return state === 'standstill' ? null : 'wait';
}

/** Whatever it takes until the drive stands enabled; gives its state. */
export async function makeReady(drive: SiteDrive, doors: Doors, random: Random): Promise<DriveStateMessage> {
  const endMs = systemClock.nowMs() + PATIENCE_MS;
  while (systemClock.nowMs() < endMs) {
    const state = await doors.state(drive);
    const command = state === null ? 'wait' : preparationOf(state);
    if (state !== null && command === null) return state;
    if (command !== null && command !== 'wait') {
      await doors.send('device', { drive, command, body: { id: newUuid(random), ttlMs: 2000 } });
    }
    await systemClock.sleep(PAUSE_MS);
  }
  throw new Error(`${drive.id} cannot be made ready within ${PATIENCE_MS} ms`);
}
