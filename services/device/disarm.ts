import type { AxisMemory } from './axis-memory.ts';
import type { AxisKit } from './axis-parts.ts';

/** Forgets what is armed, here at once and in the drive as soon as it answers; a stop that comes first has done it. */
export async function disarm(kit: AxisKit, memory: AxisMemory, detail: string): Promise<void> {
  memory.armed = null;
  kit.listener.event({ type: 'disarmed', detail });
  kit.listener.changed();
  const notStopped = kit.motionEpoch.fence();
  await kit.drive.execute({ kind: 'disarm' }, { stillWanted: notStopped }).catch((error: unknown) => {
    kit.listener.event({ type: 'disarm-unanswered', detail: `The drive may still be armed: ${String(error)}` });
  });
}
